"""Where a vote stands for the officers who run it: what is done, what comes next and who must do it. No figures of the vote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from participation import clock
from participation.approvals.models import Approval
from participation.approvals.queries import waiting_about
from participation.consultations.lifecycle import Stage, phase_of
from participation.consultations.models import Consultation
from participation.voting import exclusions, four_eyes, queries
from participation.voting.check_window import window_end
from participation.voting.custody import ceremony, holders
from participation.voting.custody.kinds import SOLO
from participation.voting.models import Vote
from participation.web.words import moment, plural

DONE, NEXT, LATER = "done", "next", "later"
_BEFORE = (Stage.DRAFT, Stage.UPCOMING, Stage.GATHERING, Stage.BETWEEN, Stage.SHAPING, Stage.VOTING)
_OFFICER = "Anybody who may run votes does this"
_TWO = "Anybody who may run votes asks for this, and a second person approves it"
_CLOCK = "Nobody has to do anything: the clock does it"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the steps follow from. `missing` says what key-holders have to do, `entered` who entered their phrase."""

    vote: Vote | None
    stage: Stage
    opens: datetime | None
    closes: datetime | None
    counted: bool
    holders: Sequence[str]
    missing: Sequence[str]
    entered: Sequence[str]
    contests: int
    requests: Sequence[Approval]

    @property
    def solo(self) -> bool:
        return self.vote is None or self.vote.custody == SOLO

    @property
    def is_over(self) -> bool:
        return self.stage not in _BEFORE

    @property
    def check_ends(self) -> datetime | None:
        """When the days for checking the register end."""
        closed_at = (self.vote.closed_at if self.vote else None) or self.closes
        return window_end(self.vote, closed_at) if self.vote and closed_at else None

    @property
    def checked(self) -> bool:
        return self.is_over and not self.contests and self.check_ends is not None and self.check_ends <= clock.now()

    def status_in(self, *names: str) -> bool:
        return self.vote is not None and self.vote.status in names

    @property
    def is_opened(self) -> bool:
        return self.status_in("opened", "published")


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `act` is the endpoint of the button of the next step, "" when nobody has to do anything here."""

    title: str
    says: str
    who: str
    state: str
    act: str = ""


def standing(*, consultation: Consultation, vote: Vote | None, stage: Stage) -> Standing:
    """Read what the steps follow from."""
    phase = phase_of(consultation, "vote")
    if vote is None:
        return Standing(
            vote=None, stage=stage, opens=None, closes=None, counted=False, holders=(), missing=(), entered=(), contests=0,
            requests=(),
        )  # fmt: skip
    three = holders.holders_of(vote.id)
    slots = {one.slot for one in ceremony.entries(vote, clock.now())}
    return Standing(
        vote=vote, stage=stage, opens=phase.opens_at if phase else None, closes=phase.closes_at if phase else None,
        counted=queries.is_counted(vote.id),
        holders=[holders.name_of(one.account) for one in three], missing=[*holders.problems(vote), *holders.doubts(vote)],
        entered=[holders.name_of(one.account) for one in three if one.slot in slots],
        contests=exclusions.waiting_contests(vote.id),
        requests=waiting_about(consultation.council_id, four_eyes.subject_of(vote), clock.now()),
    )  # fmt: skip


def steps(at: Standing) -> list[Step]:
    """All steps in order; the first that is not done is next."""
    found: list[Step] = []
    for title, says, who, done, act in (*_before(at), *_after(at)):
        state = DONE if done else NEXT if all(step.state == DONE for step in found) else LATER
        found.append(Step(title, says, who, state, act if state == NEXT else ""))
    return found


Row = tuple[str, str, str, bool, str]


def _before(at: Standing) -> list[Row]:
    rows: list[Row] = [
        ("Set up the vote", "The money, the ballot, the counting rule, and who holds the key.", _OFFICER,
         at.vote is not None, "voting_manage.set_up"),
    ]  # fmt: skip
    if not at.solo:
        named = len(at.holders) == len(holders.SLOTS)
        rows += [
            ("Name three key-holders", _listed(at.holders) or "Any two of them open the box together.", _OFFICER, named,
             "voting_manage.name_holders"),
            ("Rehearse the key", "Each key-holder makes a phrase on their own page and types it back once.",
             " ".join(at.missing).rstrip(".") or "Each key-holder does this on their own page",
             # Two people can launch though one of the three has not.
             named and (not at.missing or at.stage is not Stage.DRAFT), ""),
        ]  # fmt: skip
    return [
        *rows,
        ("Launch the consultation", "From then on it opens and closes by its dates.", "A consultation editor does this",
         at.stage is not Stage.DRAFT, "consultation_manage.consultation"),
        ("Voting opens", f"By itself, at {moment(at.opens)}. What voters are asked is fixed at the first ballot.", _CLOCK,
         at.stage is Stage.VOTING or at.is_over, ""),
        ("Voting closes", f"By itself, at {moment(at.closes)}. Nobody can see how it is going.", _CLOCK, at.is_over, ""),
    ]  # fmt: skip


def _after(at: Standing) -> list[Row]:
    vote = at.vote
    agreed = at.is_opened or (vote is not None and vote.opening_approved_at is not None)
    opens = "Ballots are parted from voters, shuffled and opened. This can be done once."
    rows: list[Row] = [
        ("Check the register", _checking(at), _TWO, at.is_opened or at.checked, "voting_manage.register"),
    ]  # fmt: skip
    if at.solo:
        rows.append(("Open the box", opens, _TWO, at.is_opened, "voting_manage.open_box"))
    else:
        rows += [
            ("Agree to open the box", "After that the key-holders enter their phrases.", _TWO, agreed, "voting_manage.open_box"),
            ("Open the box", opens, _entering(at), at.is_opened, ""),
        ]  # fmt: skip
    return [
        *rows,
        ("Count", "By the rule that was fixed. The result stays closed to everybody until it is published.", _OFFICER,
         at.is_opened and at.counted, "voting_manage.count"),
        ("Publish the result", "For everybody at the same time, the council included.", _TWO, at.status_in("published"),
         "voting_manage.publish"),
        ("Destroy the key", "What could still open old copies of the box is deleted.", _TWO,
         vote is not None and vote.key_destroyed_at is not None, "voting_manage.destroy_key"),
    ]  # fmt: skip


def _checking(at: Standing) -> str:
    says = "Voters who should not have voted can be taken off, and can contest it, until the box is opened."
    if at.is_over and at.check_ends is not None and at.check_ends > clock.now():
        says += f" The days for this end at {moment(at.check_ends)}."
    if at.contests:
        says += f" {plural(at.contests, 'voter')} must be answered first."
    return says


def _entering(at: Standing) -> str:
    if at.entered:
        others = [name for name in at.holders if name not in at.entered]
        return f"{_listed(at.entered)} entered a phrase. {' or '.join(others)} must do so within 15 minutes of it"
    return f"Two of {_listed(at.holders)} enter their phrases within 15 minutes, each on their own page"


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
