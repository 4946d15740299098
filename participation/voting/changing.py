"""A lawful change of what is asked while residents vote: a new version of the definition, with a public reason.

It waits for the casts that are under way and keeps others out while it is made, so every ballot is of the version before it or
after it. Exactly the voters whose ballot is in the box at that moment are told by mail and may vote again; who they are follows
from the box alone, and nothing about a version is kept with a ballot. A ballot that is not cast again counts as it was cast.

Not changed during a vote: which options there are, the type of ballot, the rule of the count, and the amounts a line of a budget
may have, because ballots already cast are made of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise

from sqlalchemy import String, cast, literal, select

from participation import clock
from participation.accounts.models import Account
from participation.approvals.acts import Payload
from participation.audit.tags import Tag
from participation.consultations.models import Consultation
from participation.consultations.options import revise_option
from participation.counting.elections import Election
from participation.errors import NotFound
from participation.extensions import db
from participation.voting import box_log, hours, sequencer
from participation.voting.definition import Definition, amended, composed, definition_of, options_of, read_definition
from participation.voting.gate import area_problems
from participation.voting.models import DefinitionVersion, RollEntry, SealedBallot, Vote
from participation.voting.refusals import ChangeRefused, WrongStep
from participation.voting.schedule import fix, freeze, held, record_about
from participation.web.mail import public_link
from participation.web.mail_texts import until, write_letters
from participation.web.words import pounds


@dataclass(frozen=True, kw_only=True, slots=True)
class OptionChange:
    """What an option says from now on; the cost in pence."""

    code: str
    title: str
    description: str
    cost_pence: int

    @property
    def says(self) -> str:
        return f"The option “{self.title[:60]}” is told differently and costs {pounds(self.cost_pence)}."


@dataclass(frozen=True, kw_only=True, slots=True)
class FigureChange:
    """The money available in pence, and the most options on a ballot (None: no limit), from now on."""

    budget_pence: int
    max_choices: int | None

    @property
    def says(self) -> str:
        most = f"up to {self.max_choices} options" if self.max_choices else "any number of options"
        return f"There is {pounds(self.budget_pence)}, and a ballot may have {most}."


def from_facts(facts: Payload) -> OptionChange | FigureChange:
    """The change that was asked for, from what `facts_of` made of it."""
    if facts.get("code"):
        return OptionChange(
            code=str(facts["code"]), title=str(facts["title"]), description=str(facts["description"]),
            cost_pence=int(facts["cost_pence"] or 0),
        )  # fmt: skip
    most = facts["max_choices"]
    return FigureChange(budget_pence=int(facts["budget_pence"] or 0), max_choices=None if most is None else int(most))


def in_words(facts: Payload) -> list[tuple[str, str]]:
    """Every part of a change that was asked for, for the person who approves it."""
    to, why = from_facts(facts), ("Why", str(facts["reason"]))
    if isinstance(to, FigureChange):
        return [
            ("Money available", pounds(to.budget_pence)),
            ("Most options on a ballot", str(to.max_choices or "No limit")),
            why,
        ]
    return [("Title", to.title), (_FIELDS["description"], to.description), ("Cost", pounds(to.cost_pence)), why]


def facts_of(to: OptionChange | FigureChange, *, reason: str, version: int) -> dict[str, str | int | bool | None]:
    """A change as it is asked for and approved."""
    return {**asdict(to), "reason": reason, "version": version}


def change(
    *, consultation: Consultation, to: OptionChange | FigureChange, reason: str, seen_version: int, actor_id: int | None
) -> Vote:
    """Make the change, and tell who voted. `seen_version` is the version that the officers agreed to change.

    Raises WrongStep when the vote is not open or was changed since, ChangeRefused for what cannot change during a vote.
    """
    vote, at = held(consultation)
    opens_at, closes_at = hours.times_of(vote.id)
    if vote.status not in hours.OPEN_STATES or not opens_at <= at < closes_at or consultation.state != "launched":
        raise WrongStep("This vote is not open, so what it asks cannot be changed.")
    freeze(vote=vote, consultation=consultation, actor_id=actor_id)
    before = definition_of(vote, consultation)
    if before.number != seen_version:
        raise WrongStep("What this vote asks was changed after this was asked for. Look at it again.")
    # The log begins with the first version, and every ballot cast under it stands before the line of the change.
    box_log.hold(vote.id)
    sequencer.sequence(vote)
    _apply(consultation, vote, to, actor_id)
    after = _recomposed(vote, consultation, before, reason)
    _require_sense(after)
    fix(vote, consultation, after, reason=reason)
    sequencer.act(vote, "change", {"definition": after.digest.hex(), "number": after.number})
    record_about(
        consultation, vote, Tag.VOTE_CHANGED, actor_id, {"definition": after.digest.hex(), "number": after.number}
    )
    _tell(vote, consultation, after, reason)
    return vote


def require_possible(consultation: Consultation, vote: Vote, to: OptionChange | FigureChange) -> None:
    """Whether this would change anything, and nothing that must stay. Raises ChangeRefused."""
    before = definition_of(vote, consultation)
    if isinstance(to, FigureChange):
        most = before.limits.max_choices
        if most is not None and (to.max_choices is None or to.max_choices > most):
            raise ChangeRefused(
                f"Residents could choose up to {most} options when they voted. That can only become fewer.",
                field="max_choices",
            )
        if (to.budget_pence, to.max_choices) == (before.election.budget, before.limits.max_choices):
            raise ChangeRefused("Nothing would change. Change a figure, or go back.", field="reason")
        return
    option = next(one for one in consultation.options if one.code == to.code)
    if (to.title, to.description, to.cost_pence) == (option.title, option.description, option.cost_pence):
        raise ChangeRefused("Nothing would change. Change what the option says, or go back.", field="reason")
    if before.question.name == "balance" and to.cost_pence != option.cost_pence:
        raise ChangeRefused(_LINES, field="cost")


_LINES = "The amounts of a budget line cannot change during voting, because votes already cast name them."


def _apply(consultation: Consultation, vote: Vote, to: OptionChange | FigureChange, actor_id: int | None) -> None:
    require_possible(consultation, vote, to)
    if isinstance(to, OptionChange):
        revise_option(
            consultation=consultation, code=to.code, title=to.title, description=to.description, cost_pence=to.cost_pence,
            actor_id=actor_id,
        )  # fmt: skip
        return
    # The money on one ballot follows the money there is, where it was limited to that.
    if vote.max_total_pence == vote.budget_pence:
        vote.max_total_pence = to.budget_pence
    vote.budget_pence, vote.max_choices = to.budget_pence, to.max_choices


def _recomposed(vote: Vote, consultation: Consultation, before: Definition, reason: str) -> Definition:
    election = Election(
        options=options_of(consultation, vote.ballot_type), budget=vote.budget_pence, title=consultation.title
    )
    return amended(before, composed(vote, consultation, election=election), reason=reason, on=clock.today())


def _require_sense(after: Definition) -> None:
    senseless = after.question.senseless(after.election, after.limits)
    if senseless:
        raise ChangeRefused(senseless[0], field="max_choices")
    for problem in area_problems(after.limits.areas):
        raise ChangeRefused(problem, field="budget")


def _tell(vote: Vote, consultation: Consultation, definition: Definition, reason: str) -> None:
    """One mail to each voter whose ballot is in the box: all of them were cast before this change."""
    key = literal(f"vote-changed:{vote.public_id}:{definition.number}:") + cast(Account.id, String)
    to = (
        select(key.label("key"), Account.email.label("recipient"))
        .join(RollEntry, RollEntry.account_id == Account.id)
        .join(
            SealedBallot,
            (SealedBallot.vote_id == RollEntry.vote_id) & (SealedBallot.voter_id == RollEntry.voter_id),
        )
        .where(SealedBallot.vote_id == vote.id, SealedBallot.state == "live")
        .order_by(Account.id)
    )
    closes_at = hours.times_of(vote.id)[1]
    names = {"council_slug": consultation.council.slug, "slug": consultation.slug}
    write_letters(
        "vote_changed", council=consultation.council, to=to, consultation=consultation, reason=reason,
        changes=public_link("voting.changes", **names), ballot=public_link("voting.ballot", **names), closes=until(closes_at),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Version:
    """One version as the public history shows it; `differences` are (what, before, after), none for the first."""

    number: int
    row: DefinitionVersion
    differences: tuple[tuple[str, str, str], ...]


def history(vote: Vote) -> list[Version]:
    """Every version, the newest first; empty before the first ballot."""
    rows = db.session.scalars(
        select(DefinitionVersion).where(DefinitionVersion.vote_id == vote.id).order_by(DefinitionVersion.number)
    ).all()
    found = [Version(row.number, row, ()) for row in rows[:1]]
    found += [Version(now.number, now, tuple(_differences(before, now))) for before, now in pairwise(rows)]
    return found[::-1]


def version_of(vote: Vote, number: int) -> DefinitionVersion:
    """Raises NotFound."""
    found = db.session.get(DefinitionVersion, (vote.id, number))
    if found is None:
        raise NotFound()
    return found


# What a card's fields are called where they are listed.
_FIELDS = {"description": "What residents would notice"}


def _differences(before: DefinitionVersion, now: DefinitionVersion) -> Iterator[tuple[str, str, str]]:
    """(what, as it was, as it is) of two versions that follow each other."""
    old, new = read_definition(before.text), read_definition(now.text)
    if old.election.budget != new.election.budget:
        yield "Money available", old.election.money(old.election.budget), new.election.money(new.election.budget)
    if old.limits.max_choices != new.limits.max_choices:
        yield "Most options on a ballot", _most(old), _most(new)
    cards = json.loads(before.cards), json.loads(now.cards)
    for was, is_now in zip(old.election.options, new.election.options, strict=True):
        if was.title != is_now.title:
            yield "Title", was.title, is_now.title
        if was.cost != is_now.cost:
            yield f"Cost of “{is_now.label}”", old.election.money(was.cost), new.election.money(is_now.cost)
        for name, said in cards[1][was.code].items():
            if cards[0][was.code][name] != said:
                yield f"{_FIELDS.get(name, name)}: “{is_now.label}”", cards[0][was.code][name], said


def _most(definition: Definition) -> str:
    return str(definition.limits.max_choices or "No limit")
