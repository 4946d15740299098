"""Three key-holders: named, rehearsed, and any two of them open the box; nobody alone, and nothing after destruction."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask, current_app
from sqlalchemy import select

from participation import clock
from participation.accounts.models import Account
from participation.consultations import gates
from participation.consultations.lifecycle import Stage
from participation.extensions import db
from participation.transactions import transaction
from participation.voting import destruction, importing, progress, service
from participation.voting.custody import ceremony, holders, kinds, phrases, wraps
from participation.voting.keys import server_keys, unwrapped
from participation.voting.models import KeyEntry, KeyHolder
from participation.voting.refusals import (
    BoxDamaged,
    CustodyRefused,
    HoldersRefused,
    NotAHolder,
    VoteStopped,
    WrongPhrase,
    WrongStep,
)
from tests.factories.votes import Voting, rows
from tests.factories.world import World
from tests.visitor import Visitor


@pytest.fixture(autouse=True)
def _quick_phrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work of a phrase is for attackers, not for tests."""
    monkeypatch.setattr(phrases, "MEMORY", 64)
    monkeypatch.setattr(phrases, "PASSES", 1)


def refused(error: type[Exception], act: Callable[[], object]) -> str:
    with pytest.raises(error) as caught, transaction():
        act()
    return str(caught.value)


def fails(error: type[Exception], act: Callable[[], object]) -> str:
    """Of an act with a transaction of its own."""
    with pytest.raises(error) as caught:
        act()
    return str(caught.value)


class Box:
    """A closed vote of three voters whose key is shared, with the days for checking over."""

    def __init__(self, world: World, *, agreed: bool = True) -> None:
        self.voting = Voting(world, custody="two_of_three", launched=False)
        self.phrases = self.voting.share_key()
        self.voting.launch()
        self.voting.cast_many(3)
        self.officer = world.staff("moderator").id
        self.later = clock.now() + timedelta(days=10)
        if agreed:
            with self.at(), transaction():
                ceremony.approve_opening(consultation=self.voting.consultation, actor_id=self.officer)

    def at(self, minutes: int = 0) -> AbstractContextManager[None]:
        return clock.frozen_at(self.later + timedelta(minutes=minutes))

    def enter(self, account_id: int, phrase: str | None = None) -> bool:
        with transaction():
            return ceremony.enter_phrase(
                consultation=self.voting.consultation, account_id=account_id, phrase=phrase or self.phrases[account_id]
            )


@pytest.mark.parametrize("pair", list(itertools.combinations(range(3), 2)))
def test_p5_any_two_holders_open_the_box(world: World, pair: tuple[int, int]) -> None:
    box = Box(world)
    one, other = (list(box.phrases)[place] for place in pair)
    with box.at():
        assert box.enter(one) is False
    assert rows("board_ballot") == []
    with box.at(14):
        assert box.enter(other) is True
    assert len(rows("board_ballot")) == 3
    assert rows("key_entry") == rows("sealed_ballot") == []


def test_p5_one_holder_alone_cannot(world: World) -> None:
    box = Box(world)
    first, second, _ = box.phrases
    with box.at():
        assert box.enter(first) is False
        assert box.enter(first) is False
        fails(WrongPhrase, lambda: box.enter(second, box.phrases[first]))
        fails(NotAHolder, lambda: box.enter(box.officer, box.phrases[first]))
        refused(WrongStep, lambda: service.open_box(consultation=box.voting.consultation, actor_id=box.officer))
    with box.at(16):
        assert box.enter(second) is False, "the first half is too old"
    assert rows("board_ballot") == []
    assert len(rows("sealed_ballot")) == 3


def test_phrases_open_nothing_before_two_officers_agree(world: World) -> None:
    box = Box(world, agreed=False)
    with box.at():
        assert "Two officers must agree" in fails(WrongStep, lambda: box.enter(next(iter(box.phrases))))


def test_the_days_for_checking_come_first(world: World) -> None:
    box = Box(world, agreed=False)
    closes = box.voting.consultation.phases[0].closes_at
    with clock.frozen_at(closes + timedelta(hours=1)):
        said = refused(
            WrongStep,
            lambda: ceremony.approve_opening(consultation=box.voting.consultation, actor_id=box.officer),
        )
    assert said.startswith("The register is checked until midnight on")


def test_p5_and_p6_what_a_dump_and_one_phrase_open(world: World) -> None:
    """During the vote and after the first half; then after destruction there is nothing left even for two."""
    box = Box(world)
    first, second, third = box.phrases
    with box.at():
        box.enter(first)
    vote = box.voting.vote
    entry = db.session.execute(select(KeyEntry)).scalar_one()
    assert vote.box_wrapped_key is None
    with pytest.raises(BoxDamaged):
        unwrapped(server_keys(), vote.public_id, entry.sealed)
    stored, keys = holders.wraps_of(vote.id), _keys(vote.id, box.phrases)
    for wrap in stored:
        for slot in wraps.PAIRS[wrap.pair]:
            alone = dict.fromkeys(wraps.PAIRS[wrap.pair], wraps.share(wrap, keys[slot]))
            with pytest.raises(BoxDamaged):
                wraps.unwrapped(vote=vote.public_id, wrap=wrap, shares=alone)
    with box.at(1):
        box.enter(second)
        with transaction():
            service.count(consultation=box.voting.consultation, actor_id=None)
            service.publish(consultation=box.voting.consultation, actor_id=None)
            destruction.destroy_key(consultation=box.voting.consultation, actor_id=None)
    assert rows("key_wrap") == rows("key_entry") == rows("sealed_ballot") == []
    told = [mail for mail in rows("outbox_mail") if "Destroy your phrase" in mail["subject"]]
    assert len(told) == 3
    expires = (box.later.astimezone(clock.UK) + timedelta(minutes=1)).date() + timedelta(days=35)
    assert box.voting.vote.backups_expire_on == expires
    destroyed = [row["leaf"] for row in rows("box_leaf") if "backups_until" in row["leaf"]]
    assert len(destroyed) == 1
    assert f'"backups_until":"{expires.isoformat()}"' in destroyed[0]
    with box.at(2):
        fails(WrongStep, lambda: box.enter(third))
        refused(WrongStep, lambda: destruction.destroy_key(consultation=box.voting.consultation, actor_id=None))


def _keys(vote_id: int, typed: dict[int, str]) -> dict[int, wraps.X25519PrivateKey]:
    found = db.session.execute(select(KeyHolder).where(KeyHolder.vote_id == vote_id)).scalars()
    return {one.slot: phrases.key_of(typed[one.account_id], one.salt or b"") for one in found}


def test_who_may_hold_a_key(world: World) -> None:
    voting = Voting(world, custody="two_of_three", launched=False)
    one, two, three = (world.staff("key-holder").id for _ in range(3))
    runs = world.staff("moderator", "key-holder").id
    administers = world.staff("administrator", "key-holder").id
    other = world.staff("key-holder", council=world.council("elsewhere")).id
    closed = world.staff("key-holder")
    with transaction():
        closed.disabled_at = clock.now()

    def name(*people: int) -> None:
        holders.name_holders(consultation=voting.consultation, account_ids=people, actor_id=runs)

    for people in (
        (one, two),
        (one, two, two),
        (one, two, other),
        (one, two, world.staff("moderator").id),
        (one, two, closed.id),
    ):
        assert "three different people" in refused(HoldersRefused, lambda people=people: name(*people))
    assert "cannot name yourself" in refused(HoldersRefused, lambda: name(one, two, runs))
    assert "is an administrator" in refused(HoldersRefused, lambda: name(one, two, administers))
    with transaction():
        name(one, two, three)
    assert [row["account_id"] for row in rows("key_holder")] == [one, two, three]


def test_a_vote_is_not_launched_before_every_holder_has_rehearsed(world: World) -> None:
    voting = Voting(world, custody="two_of_three", launched=False)

    def missing() -> list[str]:
        return [one for one in gates.problems(voting.consultation) if "key-holder" in one]

    assert missing() == ["Name three key-holders for the vote: any two of them open the box together."]
    officer, three = world.staff("moderator").id, [world.staff("key-holder") for _ in range(3)]
    ids, names = [one.id for one in three], [one.name for one in three]
    with transaction():
        holders.name_holders(consultation=voting.consultation, account_ids=ids, actor_id=officer)
        phrase = holders.make_phrase(consultation=voting.consultation, account_id=ids[0])
    assert missing() == [
        f"{names[0]} must type the key-holder’s phrase once, to show that it was kept.",
        f"{names[1]} must make a key-holder’s phrase.",
        f"{names[2]} must make a key-holder’s phrase.",
    ]
    assert voting.vote.box_public_key is None
    refused(WrongPhrase, lambda: holders.rehearse(consultation=voting.consultation, account_id=ids[1], phrase=phrase))
    voting.launch()
    with pytest.raises(VoteStopped):
        voting.cast(world.resident(), 0)


def test_two_people_can_launch_though_one_holder_has_not_typed_the_phrase_back(world: World) -> None:
    voting = Voting(world, custody="two_of_three", launched=False)
    typed = voting.share_key()
    names = {one.account_id: one.account.name for one in holders.holders_of(voting.vote.id)}
    first, second, third = typed
    with transaction():
        typed[third] = holders.make_phrase(consultation=voting.consultation, account_id=third)
    assert [one for one in gates.problems(voting.consultation) if "key-holder" in one] == []
    (doubt,) = (one for one in gates.doubts(voting.consultation) if one.code == "keys_are_rehearsed")
    missing = f"{names[third]} must type the key-holder’s phrase once, to show that it was kept."
    lost = "If it was lost, the box can be opened only while both other key-holders have theirs."
    assert doubt.sentences == (f"{missing} {lost}",)
    voting.launch()
    voting.cast_many(1)
    officer = world.staff("moderator").id
    with clock.frozen_at(clock.now() + timedelta(days=10)):
        over = progress.standing(consultation=voting.consultation, vote=voting.vote, stage=Stage.COUNTING)
        (following,) = (step for step in progress.steps(over) if step.state == progress.NEXT)
        assert following.title == "Agree to open the box"
        with transaction():
            ceremony.approve_opening(consultation=voting.consultation, actor_id=officer)
        for one in (first, second):
            with transaction():
                ceremony.enter_phrase(consultation=voting.consultation, account_id=one, phrase=typed[one])
    assert len(rows("board_ballot")) == 1


def test_who_had_not_typed_it_back_before_the_launch_can_do_so_until_the_box_is_opened(
    world: World, visitor: Visitor
) -> None:
    voting = Voting(world, custody="two_of_three", launched=False)
    first, second, third = typed = voting.share_key()
    with transaction():
        typed[third] = holders.make_phrase(consultation=voting.consultation, account_id=third)
    voting.launch()
    key, wraps_before = voting.vote.box_public_key, holders.wraps_of(voting.vote.id)
    visitor.sign_in(db.session.get_one(Account, third))
    visitor.get("/exampleton/manage")
    page = visitor.follow("not typed the phrase back")
    assert "we only compare it, and the box stays locked" in page.main
    assert "A phrase cannot be replaced once the consultation is launched" in page.main
    assert visitor.submit("Check your phrase", password=typed[first]).errors == [
        "This is not your phrase for this vote. Check each word."
    ]
    assert "You have shown that you have your phrase" in visitor.submit("Check your phrase", password=typed[third]).main
    assert "typed the phrase back" not in visitor.get("/exampleton/manage").main
    assert (voting.vote.box_public_key, holders.wraps_of(voting.vote.id)) == (key, wraps_before)
    assert holders.doubts(voting.vote) == []
    with clock.frozen_at(clock.now() + timedelta(days=10)):
        officer = world.staff("moderator").id
        with transaction():
            ceremony.approve_opening(consultation=voting.consultation, actor_id=officer)
        for one in (second, third):
            with transaction():
                ceremony.enter_phrase(consultation=voting.consultation, account_id=one, phrase=typed[one])
        refused(
            WrongStep,
            lambda: holders.rehearse(consultation=voting.consultation, account_id=first, phrase=typed[first]),
        )


def test_nobody_overrides_that_two_holders_have_not_rehearsed(world: World) -> None:
    voting = Voting(world, custody="two_of_three", launched=False)
    _, second, third = voting.share_key()
    with transaction():
        for one in (second, third):
            holders.make_phrase(consultation=voting.consultation, account_id=one)
    assert len([one for one in gates.problems(voting.consultation) if "phrase once" in one]) == 2
    assert [one for one in gates.doubts(voting.consultation) if one.code == "keys_are_rehearsed"] == []


def test_a_changed_holder_makes_a_new_key_and_the_others_keep_their_phrases(world: World) -> None:
    voting = Voting(world, custody="two_of_three", launched=False)
    typed = voting.share_key()
    first, second, third = typed
    before, officer, fourth = voting.vote.box_public_key, world.staff("moderator").id, world.staff("key-holder").id
    with transaction():
        holders.name_holders(consultation=voting.consultation, account_ids=[first, second, fourth], actor_id=officer)
    assert voting.vote.box_public_key is None
    assert rows("key_wrap") == []
    with transaction():
        phrase = holders.make_phrase(consultation=voting.consultation, account_id=fourth)
        holders.rehearse(consultation=voting.consultation, account_id=fourth, phrase=phrase)
    assert voting.vote.box_public_key not in (None, before)
    assert len(rows("key_wrap")) == 3
    assert not [one for one in gates.problems(voting.consultation) if "key-holder" in one]
    refused(NotAHolder, lambda: holders.make_phrase(consultation=voting.consultation, account_id=third))


def test_no_phrase_is_ever_kept(world: World) -> None:
    voting = Voting(world, custody="two_of_three", launched=False)
    typed = voting.share_key()
    everything = repr([rows(table) for table in db.metadata.tables])
    for phrase in typed.values():
        assert phrase not in everything
        assert phrases.key_of(phrase, rows("key_holder")[0]["salt"]).private_bytes_raw() not in everything.encode()


def test_the_server_holds_no_key_in_production(world: World, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    voting = Voting(world)
    real = replace(
        app.config["SETTINGS"], environment="production", secret_key="s" * 40, ballot_secret="b" * 40, smtp="mail:25",
        public_url="https://vote.example", trusted_hosts=("vote.example",), rate_limits=True,
    )  # fmt: skip
    monkeypatch.setitem(current_app.config, "SETTINGS", real)
    assert kinds.offered() == ["two_of_three"]
    with pytest.raises(CustodyRefused):
        voting.cast(world.resident(), 0)
    assert any("three key-holders" in one for one in gates.problems(voting.consultation))
    draft = world.consultation("parks", vote=(2, 40), options=3, state="draft", launched_at=None)
    with transaction():
        made = service.set_up(
            consultation=draft, actor_id=None,
            draft=service.VoteDraft(ballot_type="approval", budget_pence=9_000_000, rule="greedy"),
        )  # fmt: skip
    assert (made.custody, made.box_public_key, made.box_wrapped_key) == ("two_of_three", None, None)
    solo = service.VoteDraft(ballot_type="approval", budget_pence=9_000_000, rule="greedy", custody="solo")
    refused(CustodyRefused, lambda: service.set_up(consultation=draft, actor_id=None, draft=solo))
    assert importing.SOLO == "solo", "elections that were decided elsewhere are opened at once"


def test_a_holder_sees_the_phrase_once(world: World, visitor: Visitor) -> None:
    voting = Voting(world, custody="two_of_three", launched=False)
    officer, three = world.staff("moderator"), [world.staff("key-holder") for _ in range(3)]
    with transaction():
        holders.name_holders(
            consultation=voting.consultation, account_ids=[one.id for one in three], actor_id=officer.id
        )
    visitor.sign_in(three[0])
    visitor.get("/exampleton/manage")
    visitor.follow("make your phrase")
    page = visitor.submit("Make your phrase")
    words = [item.get_text(strip=True) for item in page.soup.select(".app-phrase li")]
    assert len(words) == 8
    assert page.response.headers["Cache-Control"] == "no-store"
    page = visitor.follow("I have written it down")
    assert words[0] not in page.main.split() or words[1] not in page.main.split()
    assert visitor.submit("Check your phrase", password="wrong words").errors == [
        "This is not your phrase for this vote. Check each word."
    ]
    page = visitor.submit("Check your phrase", password=" ".join(words).upper())
    assert "You have shown that you have your phrase" in page.main
    visitor.sign_in(world.staff("key-holder"))
    assert visitor.get(f"{voting.manage_url}/key").status == 403
