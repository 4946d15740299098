"""What happens to a vote, one function a verb, from its set-up to its published result. Each flushes; none commits."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from participation import clock
from participation.accounts.models import Account
from participation.audit.tags import Tag
from participation.consultations import service as consultation_service
from participation.consultations.lifecycle import Move, phase_of
from participation.consultations.models import Consultation
from participation.consultations.question_types import Sent, question_type
from participation.counting import Election, Ties, rule_named
from participation.counting.areas import COUNCIL, Areas, ward_of
from participation.extensions import db
from participation.voting import (
    ballot_box,
    box_log,
    breakdowns,
    exclusions,
    hours,
    opening,
    publication,
    recounting,
    roll,
    sequencer,
    tally,
)
from participation.voting.ballot_box import Acknowledged, Casting, Deposit
from participation.voting.check_window import window_end
from participation.voting.custody import holders, kinds
from participation.voting.definition import Definition, canonical_json, definition_of, limits_of, options_of
from participation.voting.gate import area_problems, link_problems
from participation.voting.keys import new_box_key, server_keys, wrapped
from participation.voting.models import CountRun, Vote
from participation.voting.queries import find_vote, latest_count, vote_of
from participation.voting.receipts import nonce_bytes
from participation.voting.refusals import BallotRefused, SetUpRefused, WrongStep
from participation.voting.schedule import close_on_time, freeze, record_about
from participation.web.mail_texts import day, until, write_letter
from participation.web.words import moment

_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"


@dataclass(frozen=True, kw_only=True, slots=True)
class VoteDraft:
    """How an officer sets up a vote. Money in pence; None means no limit. `settings` are those of the counting rule."""

    ballot_type: str
    budget_pence: int
    rule: str
    settings: Mapping[str, str | int | bool] = field(default_factory=dict)
    ties: str = "cheapest,most-votes,id"
    min_choices: int = 1
    max_choices: int | None = None
    max_total_pence: int | None = None
    max_points: int | None = None
    balanced: bool = False
    # Votes by area (`counting.areas`): how far a ballot reaches, the wards that allows, and the money of each ward.
    area_reach: str | None = None
    area_wards: int | None = None
    ward_money_pence: int | None = None
    # What becomes of money that a ward leaves over (`areas.LEFTOVERS`).
    area_leftover: str | None = None
    # Whether residents who register while the vote is open can vote, and the groups of which tables of votes are published.
    late_registration: bool = False
    breakdowns: Sequence[str] = ()
    # A name of custody.kinds; None keeps what the vote has, or takes the usual one of this place.
    custody: str | None = None


def set_up(*, consultation: Consultation, draft: VoteDraft, actor_id: int | None) -> Vote:
    """Set up the vote of a draft, or change it. With solo custody the box gets its key pair the first time.

    Raises MoveRefused once the consultation was launched, SetUpRefused for settings that make no sense, CustodyRefused, and what
    the counting room refuses of rule, settings and ties.
    """
    consultation_service.require_move(consultation, Move.EDIT)
    _require_sense(consultation, draft)
    rule = rule_named(draft.rule)
    if draft.ballot_type not in rule.ballot_types:
        raise SetUpRefused(f"{rule.title} cannot count this type of ballot. Choose another rule.", field="rule")
    settings, ties = rule.clean(draft.settings), Ties.parse(draft.ties)
    found = find_vote(consultation.id)
    custody = draft.custody or (found.custody if found else kinds.offered()[0])
    kinds.require_allowed(custody)
    vote = found or new_vote(consultation, custody=custody)
    if vote.custody != custody:
        holders.forget(vote.id)
        _give_key(vote, custody)
    vote.ballot_type, vote.budget_pence = draft.ballot_type, draft.budget_pence
    vote.min_choices, vote.max_choices = draft.min_choices, draft.max_choices
    vote.max_total_pence, vote.max_points = draft.max_total_pence, draft.max_points
    vote.balanced = draft.balanced
    vote.area_reach, vote.area_wards = draft.area_reach, draft.area_wards
    vote.ward_money_pence, vote.area_leftover = draft.ward_money_pence, draft.area_leftover
    vote.late_registration = draft.late_registration
    vote.breakdowns = ",".join(breakdowns.checked(draft.breakdowns, draft.ballot_type))
    vote.rule, vote.rule_settings, vote.ties = rule.name, canonical_json(settings), str(ties)
    db.session.add(vote)
    db.session.flush()
    facts: dict[str, str | int | bool | None] = {
        "rule": vote.rule, "ballot": vote.ballot_type, "custody": vote.custody,
    }  # fmt: skip
    record_about(consultation, vote, Tag.VOTE_SET_UP, actor_id, facts)
    return vote


def new_vote(consultation: Consultation, *, custody: str) -> Vote:
    """A vote with its own name, not yet in the session. Whoever calls answers for its custody (`custody.kinds`)."""
    public_id = "".join(secrets.choice(_BASE32) for _ in range(16))
    vote = Vote(public_id=public_id, consultation_id=consultation.id, status="preparing")
    _give_key(vote, custody)
    return vote


def _give_key(vote: Vote, custody: str) -> None:
    """A key under the server's own, or none until the three key-holders have their phrases."""
    vote.custody, vote.box_public_key, vote.box_wrapped_key = custody, None, None
    if custody == kinds.SOLO:
        vote.box_public_key, private = new_box_key()
        vote.box_wrapped_key = wrapped(server_keys(), vote.public_id, private)


def _require_sense(consultation: Consultation, draft: VoteDraft) -> None:
    if phase_of(consultation, "vote") is None:
        raise SetUpRefused("Give this consultation dates for voting first.", field="ballot_type")
    if draft.budget_pence < 0:
        raise SetUpRefused("The money available must be £0 or more.", field="budget")
    options = options_of(consultation, draft.ballot_type)
    # Before there are options only the limits themselves can be judged; the launch gate asks again.
    if options:
        limits = limits_of(draft, consultation)
        _require_areas(draft, limits.areas, for_council=any(ward_of(one) == COUNCIL for one in options))
        election = Election(options, draft.budget_pence)
        for problem in link_problems(election, ballot_type=draft.ballot_type, rule=draft.rule, areas=limits.areas):
            raise SetUpRefused(problem, field="rule")
        senseless = question_type(draft.ballot_type).senseless(election, limits)
        if senseless:
            raise SetUpRefused(senseless[0], field="max_choices")


def _require_areas(draft: VoteDraft, areas: Areas | None, *, for_council: bool) -> None:
    """A vote by area divides money between wards that have options, and leaves the whole council no less than nothing."""
    if areas is None:
        return
    if draft.ballot_type != "approval" or "within-budget" not in rule_named(draft.rule).promises:
        raise SetUpRefused(
            "A pot for each ward needs ballots on which residents choose options, and a rule that spends the money.",
            field="area_reach",
        )
    found = area_problems(areas, for_council=for_council)
    if found:
        raise SetUpRefused(found[0], field="ward_money")


def cast_ballot(
    *,
    consultation: Consultation,
    vote: Vote | None = None,
    account_id: int,
    sent: Sent,
    nonce: str,
    seen_revision: int,
    seen_version: int | None = None,
    declares_age: bool,
) -> Acknowledged:
    """Cast or change a resident's ballot. `sent` are the fields of the page; `nonce` and what was `seen` are what it carried.

    `vote` is that of the consultation, where it was read in this transaction already.

    The same nonce again is a replay: it changes nothing and gives the same receipt. Raises NotEligible, BallotRefused,
    NonceRefused, and what the box refuses.
    """
    mark = nonce_bytes(nonce)
    vote = vote or vote_of(consultation.id)
    definition = _fixed(vote, consultation)
    resident = roll.require_voter(
        consultation=consultation, vote=vote, account_id=account_id, declares_age=declares_age
    )
    answer = definition.question.read(sent, definition.election, roll.limits_for(definition.limits, resident))
    if answer.problems and seen_version in (None, definition.number):
        raise BallotRefused(first=answer.problems[0].message, problems=answer.problems)
    voter = roll.join(vote_id=vote.id, resident=resident)
    acknowledged = ballot_box.cast(
        definition=definition,
        vote_id=vote.id,
        casting=Casting(voter, mark, answer.payload),
        seen_revision=seen_revision,
        seen_version=seen_version,
    )
    if not acknowledged.replayed:
        _tell(vote, consultation, resident.account, acknowledged.deposit)
    return acknowledged


def withdraw_ballot(*, consultation: Consultation, account_id: int, nonce: str, seen_revision: int) -> Deposit:
    """Take a resident's ballot out of the box; they may cast again until the close."""
    mark = nonce_bytes(nonce)
    vote = vote_of(consultation.id)
    definition = definition_of(vote, consultation)
    account = roll.require_voter(consultation=consultation, vote=vote, account_id=account_id, declares_age=True).account
    deposit = ballot_box.withdraw(
        definition=definition, vote_id=vote.id, voter_id=account_id, nonce=mark, seen_revision=seen_revision
    )
    _tell(vote, consultation, account, deposit)
    return deposit


def _fixed(vote: Vote, consultation: Consultation) -> Definition:
    """The definition, fixed now if this is the first ballot in time."""
    kinds.require_allowed(vote.custody)
    if vote.definition is None and hours.is_open(vote.id):
        vote = vote_of(consultation.id, lock=True)
        freeze(vote=vote, consultation=consultation, actor_id=None)
    return definition_of(vote, consultation)


def _tell(vote: Vote, consultation: Consultation, account: Account, deposit: Deposit) -> None:
    """A mail that something happened, so that a ballot cast by somebody else is noticed; never what, never a tracker."""
    phase = phase_of(consultation, "vote")
    did = "withdrawn" if not deposit.counts else "cast" if deposit.revision == 1 else "changed"
    write_letter(
        "vote_done", council=consultation.council, recipient=account.email, consultation=consultation, did=did,
        key=f"vote:{vote.public_id}:{account.id}:{deposit.revision}", on=day(deposit.cast_day),
        closes=until(phase.closes_at) if phase else None,
    )  # fmt: skip


def require_openable(*, consultation: Consultation) -> Vote:
    """The vote, closed and held, if its box can be opened now.

    Raises WrongStep while votes are taken, in the days for checking the register, while a contest waits, and afterwards.
    """
    vote = vote_of(consultation.id)
    if vote.status in ("opened", "published"):
        raise WrongStep("The box was opened already. That can be done only once.")
    if vote.status == "void":
        raise WrongStep("The ballots of this vote were destroyed unopened.")
    if vote.status != "closed" and not hours.is_over(vote.id):
        raise WrongStep("The vote has not closed yet, so the box stays closed.")
    vote = close_on_time(consultation=consultation)
    if vote.status != "closed" or vote.closed_at is None:
        raise WrongStep("The box was opened already. That can be done only once.")
    ends = window_end(vote, vote.closed_at)
    if vote.closed_at < ends and hours.database_now() < ends:
        raise WrongStep(f"The register is checked until {moment(ends)}. The box can be opened after that.")
    if exclusions.waiting_contests(vote.id):
        raise WrongStep("A resident contests that they were taken off the register. Answer them first.")
    return vote


def open_box(*, consultation: Consultation, actor_id: int | None, box_key: bytes | None = None) -> Vote:
    """Open the box of a vote that is over, once.

    `box_key` comes from two key-holders (`custody.ceremony`); with solo custody the server has it. Raises what
    `require_openable` raises, WrongStep without a key, BoxDamaged.
    """
    vote = require_openable(consultation=consultation)
    if vote.custody == kinds.TWO_OF_THREE and (box_key is None or vote.opening_approved_at is None):
        raise WrongStep("Two key-holders must enter their phrases to open this box.")
    exclusions.take_out(vote)
    opening.part_voters_from_ballots(vote=vote, consultation=consultation, actor_id=actor_id, box_key=box_key)
    return vote


def count(*, consultation: Consultation, actor_id: int | None) -> CountRun:
    """Count the opened ballots. Raises WrongStep before the opening and after publication."""
    vote = vote_of(consultation.id, lock=True)
    if vote.status != "opened":
        raise WrongStep("Ballots can be counted after the box was opened and before the result is published.")
    return tally.count_vote(vote=vote, consultation=consultation, actor_id=actor_id)


def publish(*, consultation: Consultation, actor_id: int | None) -> Vote:
    """Publish the newest count, for everybody at once, after the independent recount agreed with it.

    Raises WrongStep when there is no count, RecountFailed when the files do not stand the recount.
    """
    vote = vote_of(consultation.id, lock=True)
    run = latest_count(vote.id)
    if vote.status != "opened" or run is None:
        raise WrongStep("There is no counted result to publish.")
    vote.status, vote.published_at = "published", clock.now()
    consultation_service.record_result_published(consultation=consultation, at=vote.published_at)
    facts: dict[str, str | int | bool | None] = {"run": run.id, "input": run.input_digest}
    event = record_about(consultation, vote, Tag.RESULT_PUBLISHED, actor_id, facts)
    of = publication.published(vote=vote, consultation=consultation, definition=definition_of(vote, consultation))
    told = {"audit": [event.index, event.hash], "files": publication.digests(of, published_by=event.index)}
    box_log.hold(vote.id)
    sequencer.act(vote, "result", told)
    finished = recounting.require_agreement(publication.folder(of))
    record_about(consultation, vote, Tag.RESULT_RECOUNTED, actor_id, {"finished": finished})
    return vote
