"""What became of each option and each published need, said by the council and kept with its history.

Every option of a ballot and every published need ends in an answer: accepted, partly or not, with the reason, and, where
something is done, the amount, who answers for it, by when, and how far it is (UK notes, section 3).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from participation import clock
from participation.audit.tags import Tag
from participation.consultations import service as consultations
from participation.consultations.duties import Duty
from participation.consultations.lifecycle import Stage, stage_of
from participation.consultations.models import CommissioningOption, Consultation
from participation.errors import InvalidInput
from participation.extensions import db
from participation.priorities.models import Outcome, OutcomeChange, Priority
from participation.priorities.refusals import OutcomeChanged, OutcomeTooEarly
from participation.web.access import Permission
from participation.web.words import plural

ANSWERS = {"accepted": "Accepted", "partly": "Accepted in part", "not": "Not accepted"}
STATUSES = {"planned": "Planned", "under_way": "Under way", "done": "Done", "dropped": "Dropped"}
COLOURS = {"planned": "blue", "under_way": "yellow", "done": "green", "dropped": "grey"}
UNFINISHED = ("planned", "under_way")
# The stages in which residents' time is over and the council can say what becomes of what they said.
SAYABLE = frozenset({Stage.COUNTING, Stage.RESULTS, Stage.CLOSED, Stage.ANSWERED, Stage.ARCHIVED})


@dataclass(frozen=True, kw_only=True, slots=True)
class OutcomeDraft:
    """What staff typed. `owner` is a post or a team."""

    answer: str
    reason: str
    owner: str
    status: str
    amount_pence: int | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One option or need, with its outcome where there is one. `code` names it in addresses: "option-x" or "need-x"."""

    code: str
    title: str
    subject: CommissioningOption | Priority
    outcome: Outcome | None

    @property
    def place(self) -> str:
        """The ward it is about, which tells apart what is needed in several; "" for the whole council."""
        return self.subject.ward.name if self.subject.ward is not None else ""


def lines_of(consultation: Consultation) -> list[Line]:
    """Every option in its order, then every published need by title: one line each, in two queries."""
    known = _outcomes(consultation.id)
    options = [Line(_option_code(one), one.title, one, known.get(("option", one.id))) for one in consultation.options]
    needs = db.session.scalars(
        select(Priority)
        .where(Priority.consultation_id == consultation.id, Priority.state == "published")
        .options(joinedload(Priority.ward))
        .order_by(func.lower(Priority.title), Priority.id)
    )
    return [*options, *(Line(_need_code(one), one.title, one, known.get(("need", one.id))) for one in needs)]


def line_code(outcome: Outcome) -> str:
    """The name of what an outcome is about, in addresses and on the page of outcomes."""
    if outcome.option is not None:
        return _option_code(outcome.option)
    assert outcome.priority is not None
    return _need_code(outcome.priority)


def _option_code(option: CommissioningOption) -> str:
    return f"option-{option.code}"


def _need_code(need: Priority) -> str:
    return f"need-{need.public_id}"


def _outcomes(consultation_id: int) -> dict[tuple[str, int], Outcome]:
    found = db.session.scalars(
        select(Outcome).where(Outcome.consultation_id == consultation_id).options(selectinload(Outcome.history))
    )
    return {("option", one.option_id) if one.option_id else ("need", one.priority_id or 0): one for one in found}


def line_of(consultation: Consultation, code: str) -> Line | None:
    return next((line for line in lines_of(consultation) if line.code == code), None)


def say(*, consultation: Consultation, line: Line, draft: OutcomeDraft, version: int, actor_id: int | None) -> Outcome:
    """Publish or change what became of one thing; what was said before stays in its history.

    Raises OutcomeTooEarly while residents can still take part, OutcomeChanged when somebody else saved first, and
    InvalidInput for something accepted that nobody answers for, or a promise without a day or for one that is over.
    """
    if stage_of(consultation, clock.now()) not in SAYABLE:
        raise OutcomeTooEarly()
    if draft.answer != "not" and not draft.owner.strip():
        raise InvalidInput("Enter who answers for it.", field="owner")
    if draft.answer != "not" and draft.status in UNFINISHED:
        _require_day(draft.due_on, line.outcome)
    outcome = line.outcome or Outcome(consultation_id=consultation.id, version=0)
    if outcome.version != version:
        raise OutcomeChanged()
    if isinstance(line.subject, Priority):
        outcome.priority_id = line.subject.id
    else:
        outcome.option_id = line.subject.id
    _fill_in(outcome, draft, actor_id)
    db.session.add(outcome)
    db.session.flush()
    consultations.record_about(
        consultation,
        Tag.OUTCOME_PUBLISHED,
        actor_id,
        {"about": line.code, "answer": draft.answer, "status": draft.status},
    )
    return outcome


def _require_day(due_on: date | None, before: Outcome | None) -> None:
    """Only a promise with a day can be overdue; a day that was promised already may be over, a new one may not."""
    if due_on is None:
        raise InvalidInput("Enter by when, or choose done.", field="due_on")
    if due_on < clock.today() and (before is None or due_on != before.due_on):
        raise InvalidInput("It cannot be promised for a day that is over.", field="due_on")


def _fill_in(outcome: Outcome, draft: OutcomeDraft, actor_id: int | None) -> None:
    now = clock.now()
    outcome.answer, outcome.reason, outcome.owner = draft.answer, draft.reason, draft.owner.strip()
    outcome.amount_pence, outcome.due_on = draft.amount_pence, draft.due_on
    outcome.status = "dropped" if draft.answer == "not" else draft.status
    outcome.updated_at, outcome.version = now, outcome.version + 1
    outcome.history.append(
        OutcomeChange(
            answer=outcome.answer, status=outcome.status, reason=outcome.reason, amount_pence=outcome.amount_pence,
            due_on=outcome.due_on, changed_at=now, changed_by=actor_id,
        )
    )  # fmt: skip


def without_outcome(consultation: Consultation) -> list[str]:
    """For `consultations.archiving`: what residents chose or said and nobody answered yet, in one sentence each.

    The same need in several wards is told apart by ward, several in one ward by how many there are.
    """
    lines = Counter((line.title, line.place) for line in lines_of(consultation) if line.outcome is None)
    return [
        f"“{title}”{f' ({place})' if place else ''} has no outcome{f', {many} times' if many > 1 else ''}."
        for (title, place), many in lines.items()
    ]


def is_overdue(outcome: Outcome | None, today: date) -> bool:
    """Promised for a day that is over, and neither done nor dropped."""
    return (
        outcome is not None and outcome.due_on is not None and outcome.due_on < today and outcome.status in UNFINISHED
    )


def overdue(council_id: int, today: date) -> Select[Outcome]:
    """Everything overdue in a council, the longest first, with what it is about; for `paged`."""
    return (
        select(Outcome)
        .join(Outcome.consultation)
        .where(Consultation.council_id == council_id, Outcome.due_on < today, Outcome.status.in_(UNFINISHED))
        .options(joinedload(Outcome.consultation), joinedload(Outcome.option), joinedload(Outcome.priority))
        .order_by(Outcome.due_on, Outcome.id)
    )


def changed_since(consultation_ids: Iterable[int], since: datetime) -> list[Outcome]:
    """What was said or changed after a moment in these consultations, for the mails of those who follow them."""
    return list(
        db.session.scalars(
            select(Outcome)
            .where(Outcome.consultation_id.in_(list(consultation_ids)), Outcome.updated_at > since)
            .options(joinedload(Outcome.consultation), joinedload(Outcome.option), joinedload(Outcome.priority))
            .order_by(Outcome.consultation_id, Outcome.updated_at, Outcome.id)
        )
    )


def duties(council_id: int, _now: datetime) -> list[Duty]:
    """What was promised and is overdue, for the staff home page."""
    late = db.session.scalar(
        select(func.count()).select_from(overdue(council_id, clock.today()).order_by(None).subquery())
    )
    if not late:
        return []
    sentence = f"{plural(late, 'promise to residents is', 'promises to residents are')} overdue."
    return [Duty(sentence, "outcomes_manage.overdue", Permission.EDIT_CONSULTATIONS)]
