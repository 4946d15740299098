"""What a vote asks is changed while residents vote: who is told, what counts, and what everybody can read."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask

from participation.accounts.models import Account
from participation.extensions import db
from participation.transactions import transaction
from participation.voting import ballot_box, changing, roll, service
from participation.voting.ballot_box import Casting
from participation.voting.changing import FigureChange, OptionChange
from participation.voting.definition import definition_of
from participation.voting.refusals import BallotRefused, ChangeRefused, DefinitionChanged, WrongStep
from tests.factories.votes import Voting, rows
from tests.factories.world import World
from tests.features.voting.published import publish_to, recounted
from tests.features.voting.test_ballot_types import balanced
from tests.visitor import Visitor

REASON = "The contractor gave us a wrong price."


def dearer(voting: Voting, cost: int = 2_000_000, *, seen: int | None = None, reason: str = REASON) -> None:
    """Option 1 costs more from now on (it was £10,000)."""
    option = voting.consultation.options[0]
    apply(
        voting,
        OptionChange(code=option.code, title=option.title, description=option.description, cost_pence=cost),
        seen=seen,
        reason=reason,
    )


def apply(voting: Voting, to: OptionChange | FigureChange, *, seen: int | None = None, reason: str = REASON) -> None:
    with transaction():
        number = definition_of(voting.vote, voting.consultation).number
        changing.change(
            consultation=voting.consultation, to=to, reason=reason, seen_version=seen or number, actor_id=None
        )


def told(number: int) -> list[str]:
    """Who was told of the change that made this version, in order."""
    return sorted(
        mail["recipient"] for mail in rows("outbox_mail") if f":{number}:" in mail["key"] and "changed" in mail["key"]
    )


def withdraw(voting: Voting, account: Account) -> None:
    with transaction():
        service.withdraw_ballot(
            consultation=voting.consultation, account_id=account.id, nonce="d" * 32, seen_revision=1
        )


def test_exactly_the_voters_with_a_ballot_in_the_box_are_told(world: World) -> None:
    voting = Voting(world)
    early, gone, back, second, never = (world.resident() for _ in range(5))
    for account in (early, gone, back):
        voting.cast(account, 0)
    withdraw(voting, gone)
    dearer(voting)
    assert told(2) == sorted([early.email, back.email])
    # Under version 2 one votes for the first time, one again, and the one who withdrew comes back.
    voting.cast(second, 0)
    voting.cast(back, 0, 1, seen_revision=1)
    dearer(voting, 3_000_000)
    assert told(3) == sorted([early.email, back.email, second.email])
    voting.cast(gone, 1, seen_revision=2)
    assert told(3) == sorted([early.email, back.email, second.email])
    dearer(voting, 2_500_000)
    assert told(4) == sorted([early.email, back.email, second.email, gone.email])
    assert never.email not in {mail["recipient"] for mail in rows("outbox_mail")}
    assert {row["revision"] for row in rows("sealed_ballot")} == {1, 2, 3}


def test_the_mail_says_why_and_nothing_of_a_choice(world: World) -> None:
    voting = Voting(world)
    voting.cast(world.resident(), 0)
    dearer(voting)
    (mail,) = (mail for mail in rows("outbox_mail") if "vote-changed" in mail["key"])
    assert REASON in mail["body"]
    assert f"/exampleton/consultations/{voting.slug}/vote/changes" in mail["body"]
    assert "you can do so until" in mail["body"]
    assert voting.consultation.options[0].title not in mail["body"]


def test_nothing_about_a_version_is_kept_with_a_ballot(world: World) -> None:
    """Two ballots, before and after a change, differ in nothing but what is sealed, and are of one length."""
    voting = Voting(world)
    voting.cast(world.resident(), 0)
    dearer(voting)
    voting.cast(world.resident(), 0)
    first, second = rows("sealed_ballot")
    differing = {name for name in first if first[name] != second[name]}
    assert differing == {"voter_id", "ciphertext", "ciphertext_hash", "replay_hash", "row_mac"}
    assert len(first["ciphertext"]) == len(second["ciphertext"])


def test_a_page_from_before_the_change_casts_nothing(world: World) -> None:
    voting, account = Voting(world), world.resident()
    voting.cast(world.resident(), 0)
    dearer(voting)
    with pytest.raises(DefinitionChanged), transaction():
        service.cast_ballot(
            consultation=voting.consultation, account_id=account.id, sent={"approval-0": ["on"]}, nonce="e" * 32,
            seen_revision=0, seen_version=1, declares_age=False,
        )  # fmt: skip
    assert len(rows("sealed_ballot")) == 1


def test_a_retry_of_a_cast_from_before_the_change_is_told_that_it_is_in(world: World) -> None:
    voting, account = Voting(world), world.resident()
    before = voting.cast(account, 0, 1, 2, nonce="f" * 32)
    dearer(voting, 9_000_000)
    with transaction():
        again = service.cast_ballot(
            consultation=voting.consultation, account_id=account.id, nonce="f" * 32, seen_revision=0, seen_version=1,
            sent={f"approval-{place}": ["on"] for place in range(3)}, declares_age=False,
        )  # fmt: skip
    assert again.replayed
    assert again.tracker == before.tracker


def test_a_ballot_that_kept_the_earlier_figures_counts_and_a_new_one_must_keep_the_new(
    world: World, tmp_path: Path
) -> None:
    """Options 1 to 4 cost the £100,000 there is; then option 1 costs more. The independent recount agrees."""
    voting = Voting(world)
    voting.cast_many(28, (0, 1, 2, 3))
    dearer(voting, 6_000_000)
    with pytest.raises(BallotRefused):
        voting.cast(world.resident(), 0, 1, 2, 3)
    voting.cast_many(3, (0, 1))
    apply(voting, FigureChange(budget_pence=8_000_000, max_choices=2), reason="A grant fell through.")
    voting.cast_many(2, (1, 2))
    voting.finish()
    outcome = json.loads(rows("count_run")[0]["outcome"])
    assert (outcome["ballots"], outcome["budget"]) == (33, 8_000_000)
    assert [option["votes"] for option in outcome["options"]] == [31, 33, 30, 28, 0]
    said = recounted(publish_to(voting, tmp_path))
    assert said.code == 0, said.text
    assert "the last of 3 in the log" in said.text


def test_a_recount_sees_a_change_that_was_left_out(world: World, tmp_path: Path) -> None:
    voting = Voting(world)
    voting.cast_many(30, (0,))
    dearer(voting)
    voting.finish()
    folder = publish_to(voting, tmp_path)
    definition = json.loads((folder / "definition.json").read_text())
    definition.pop("changes")
    (folder / "definition.json").write_text(json.dumps(definition, sort_keys=True, separators=(",", ":")) + "\n")
    assert "R1" in recounted(folder).failed


@pytest.mark.parametrize(
    ("to", "field"),
    [
        (FigureChange(budget_pence=10_000_000, max_choices=3), "max_choices"),
        (FigureChange(budget_pence=10_000_000, max_choices=None), "max_choices"),
        (FigureChange(budget_pence=10_000_000, max_choices=2), "reason"),
        (FigureChange(budget_pence=500_000, max_choices=2), "max_choices"),
    ],
)  # fmt: skip
def test_what_cannot_change(world: World, to: FigureChange, field: str) -> None:
    voting = Voting(world, max_choices=2)
    voting.cast(world.resident(), 0)
    with pytest.raises(ChangeRefused) as refused:
        apply(voting, to)
    assert refused.value.facts["field"] == field
    assert len(rows("definition_version")) == 1
    assert told(2) == []


def test_a_change_agreed_on_another_version_or_too_late_is_refused(world: World) -> None:
    voting = Voting(world)
    dearer(voting)
    with pytest.raises(WrongStep):
        dearer(voting, 3_000_000, seen=1)
    with voting.after_close(), pytest.raises(WrongStep):
        dearer(voting, 3_000_000)
    assert [row["number"] for row in rows("definition_version")] == [1, 2]


def test_the_history_is_public_and_its_texts_have_the_hashes_of_the_log(world: World, visitor: Visitor) -> None:
    voting = Voting(world)
    assert "Nobody has voted yet" in visitor.get(f"{voting.url}/changes").main
    voting.cast(world.resident(), 0)
    dearer(voting)
    page = visitor.get(f"{voting.url}/changes")
    assert page.status == 200
    assert f"Why: {REASON}" in page.main
    cells = [tag.get_text(strip=True) for tag in page.soup.select("tbody td")]
    assert cells == ["£10,000", "£20,000"]
    logged = [json.loads(row["leaf"]) for row in rows("box_leaf")]
    hashes = [leaf[kind]["definition"] for leaf in logged for kind in ("freeze", "change") if kind in leaf]
    texts = [visitor.get(f"{voting.url}/changes/{number}.json").text for number in (1, 2)]
    assert [hashlib.sha256(text.encode()).hexdigest() for text in texts] == hashes
    assert visitor.get(f"{voting.url}/changes/3.json").status == 404


def test_two_officers_change_an_option_and_a_voter_with_an_old_page_sees_it(
    app: Flask, world: World, visitor: Visitor
) -> None:
    voting = Voting(world)
    officer, second = Visitor(app), Visitor(app)
    officer.sign_in(world.staff("moderator"))
    second.sign_in(world.staff("returning-officer"))
    resident = world.resident()
    voting.cast(world.resident(), 0)
    visitor.sign_in(resident)
    visitor.get(voting.url)
    officer.get(voting.manage_url)
    officer.follow("Change what the vote asks")
    title = voting.consultation.options[0].title
    officer.follow(f"Change “{title}”")
    assert officer.submit("Ask to change it", reason="").errors == ["Enter why it changes"]
    assert officer.submit("Ask to change it", reason=REASON).errors[0].startswith("Nothing would change")
    page = officer.submit("Ask to change it", title="Option 1, mended", cost="12,000", reason=REASON)
    assert page.h1 == "Run the vote"
    assert "The change in full" in page.main
    assert voting.consultation.options[0].title == title
    second.get("/exampleton/manage/approvals")
    second.submit("Approve")
    assert voting.consultation.options[0].title == "Option 1, mended"
    page = visitor.submit("Cast your vote", **{"approval-0": "on"})
    assert page.status == 409
    assert "The question changed while you were voting" in page.main
    assert REASON in page.main
    assert page.soup.select_one("input[name=approval-0]").has_attr("checked")
    assert visitor.submit("Cast your vote").h1 == "You voted"


def test_the_amounts_of_a_budget_line_stay(world: World, visitor: Visitor) -> None:
    voting = Voting(world)
    with transaction():
        vote = voting.vote
        vote.ballot_type, vote.rule, vote.max_total_pence = "balance", "middle-step", None
    option = voting.consultation.options[0]
    wanted = OptionChange(code=option.code, title=option.title, description=option.description, cost_pence=5)
    with pytest.raises(ChangeRefused, match="budget line cannot change"):
        changing.require_possible(voting.consultation, voting.vote, wanted)


def test_casts_and_changes_at_the_same_time_leave_nobody_untold(app: Flask, world: World) -> None:
    """Each voter whose ballot stands before a change in the log was told of it, and nobody else; whoever came first."""
    voting = Voting(world)
    voters = [world.resident() for _ in range(12)]
    ids = {account.id: account.email for account in voters}
    voting.cast(world.resident("first@example.org"), 0)

    def cast(account_id: int) -> bool:
        with app.app_context():
            try:
                voting.cast(account_id, 0)
            except DefinitionChanged:
                return False
            finally:
                db.session.remove()
            return True

    def mend(cost: int) -> None:
        with app.app_context():
            dearer(voting, cost)
            db.session.remove()

    with ThreadPoolExecutor(6) as pool:
        jobs = list(ids)
        casts = [pool.submit(cast, account_id) for account_id in jobs[:6]]
        made = pool.submit(mend, 2_000_000)
        casts += [pool.submit(cast, account_id) for account_id in jobs[6:]]
        done = [job.result(60) for job in casts]
        made.result(60)
    sealed = {row["ciphertext_hash"].hex(): row["voter_id"] for row in rows("sealed_ballot")}
    assert len(sealed) == sum(done) + 1
    before: set[int] = set()
    for row in rows("box_leaf"):
        leaf = json.loads(row["leaf"])
        if "change" in leaf:
            break
        if "add" in leaf:
            before.add(sealed[leaf["add"]])
    assert set(told(2)) == {ids.get(voter, "first@example.org") for voter in before}


def test_a_cast_that_read_the_earlier_version_before_the_change_is_refused(world: World) -> None:
    """The definition is compared once more under the lock, so no ballot of version 1 comes in after its voters were told."""
    voting, account = Voting(world), world.resident()
    voting.cast(world.resident(), 0)
    stale = definition_of(voting.vote, voting.consultation)
    dearer(voting)
    with transaction():
        resident = roll.resident_of(voting.vote.id, account.id)
        assert resident
        voter = roll.join(vote_id=voting.vote.id, resident=resident)
    casting, vote_id = Casting(voter, bytes(16), {"approve": ["option-1"]}), voting.vote.id
    with pytest.raises(DefinitionChanged), transaction():
        ballot_box.cast(definition=stale, vote_id=vote_id, casting=casting, seen_revision=0)
    assert len(rows("sealed_ballot")) == 1


def test_a_budget_balanced_with_the_money_of_before_still_counts(world: World, tmp_path: Path) -> None:
    """£140,000 and the £50,000 of line 5 pay for £100,000; then only £40,000 is there, and new budgets must find £10,000."""
    voting = balanced(world)
    keep = {f"balance-{place}": [str((place + 1) * 1_000_000)] for place in range(5)}
    for _ in range(25):
        voting.send(world.resident(), keep)
    apply(voting, FigureChange(budget_pence=4_000_000, max_choices=None), reason="The grant is smaller than we said.")
    assert len(told(2)) == 25
    with pytest.raises(BallotRefused):
        voting.send(world.resident(), keep)
    voting.send(world.resident(), {**keep, "balance-4": ["6000000"]})
    voting.finish()
    outcome = json.loads(rows("count_run")[0]["outcome"])
    assert (outcome["ballots"], outcome["ballots_not_counted"]) == (26, [])
    assert recounted(publish_to(voting, tmp_path)).code == 0
