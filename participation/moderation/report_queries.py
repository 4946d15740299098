"""What the transparency report counts: of one consultation, or of one quarter of a council."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from participation.consultations.models import Consultation
from participation.extensions import db
from participation.moderation.models import (
    ModerationAppeal,
    ModerationDecision,
    ModerationReferral,
    PriorityFlag,
    SecondReading,
)
from participation.moderation.queue import TARGET_DAYS, working_days_before
from participation.moderation.transparency import Counted, ReadTwice
from participation.priorities.models import Contribution, PriorityMerge

Bounds = tuple[datetime, datetime]


def counted(council_id: int, *, consultation_id: int | None = None, bounds: Bounds | None = None) -> Counted:
    """Everything of a consultation, or of a council between two moments. What is counted by when it happened."""
    scope = [Consultation.council_id == council_id]
    if consultation_id is not None:
        scope.append(Consultation.id == consultation_id)

    def within(moment: Any) -> list[ColumnElement[bool]]:
        return [*scope, moment >= bounds[0], moment < bounds[1]] if bounds else scope

    sent = within(Contribution.submitted_at)
    flagged = _of(PriorityFlag).where(*sent)
    first = _first_decisions(within(ModerationDecision.decided_at))
    decided = _of(ModerationDecision).where(*within(ModerationDecision.decided_at))
    appeals = _of(ModerationDecision).join(ModerationAppeal, ModerationAppeal.decision_id == ModerationDecision.id)
    return Counted(
        sent=_number(_priorities().where(*sent)),
        flagged=_number(flagged.with_only_columns(PriorityFlag.priority_id).distinct()),
        flags=_by(flagged, PriorityFlag.code),
        actions=_by(decided, ModerationDecision.action),
        reasons=_by(decided.where(ModerationDecision.reason_code.is_not(None)), ModerationDecision.reason_code),
        waits=[moment - submitted for submitted, moment in first],
        late=_late(first),
        appeals=_by(
            appeals.where(*within(ModerationAppeal.filed_at)), func.coalesce(ModerationAppeal.outcome, "waiting")
        ),
        merges=_number(
            select(PriorityMerge.id)
            .join(Contribution, Contribution.id == PriorityMerge.merged_id)
            .join(Consultation, Consultation.id == Contribution.consultation_id)
            .where(PriorityMerge.undone_at.is_(None), *within(PriorityMerge.merged_at))
        ),
        referrals=_by(_of(ModerationReferral).where(*within(ModerationReferral.referred_at)), ModerationReferral.to),
        read_twice=_read_twice(within(SecondReading.read_at)),
    )


def _priorities() -> Select[int]:
    return select(Contribution.id).join(Contribution.consultation)


def _of(table: type[PriorityFlag] | type[ModerationDecision] | type[ModerationReferral]) -> Select[Any]:
    """The rows of a table about priorities, joined up to the consultation."""
    return select(table).join(Contribution, Contribution.id == table.priority_id).join(Contribution.consultation)


def _number(query: Select[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(query.subquery())) or 0


def _by(query: Select[Any], code: Any) -> dict[str, int]:
    rows = db.session.execute(query.with_only_columns(code.label("code"), func.count().label("number")).group_by(code))
    return {row.code: row.number for row in rows}


def _first_decisions(scope: Iterable[ColumnElement[bool]]) -> list[tuple[datetime, datetime]]:
    """(sent, decided) of each need whose first decision lies in the scope."""
    first = select(func.min(ModerationDecision.id)).group_by(ModerationDecision.priority_id)
    query = _of(ModerationDecision).where(ModerationDecision.id.in_(first), *scope)
    rows = db.session.execute(query.with_only_columns(Contribution.submitted_at, ModerationDecision.decided_at))
    return [(row.submitted_at, row.decided_at) for row in rows]


def _read_twice(scope: Iterable[ColumnElement[bool]]) -> ReadTwice:
    """Second readings beside the decisions they are about."""
    query = (
        _of(ModerationDecision).join(SecondReading, SecondReading.decision_id == ModerationDecision.id).where(*scope)
    )
    published = ModerationDecision.action == "publish"
    rows = db.session.execute(
        query.with_only_columns(published.label("first"), SecondReading.would_publish.label("second"))
    )
    pairs = Counter((bool(row.first), row.second) for row in rows)
    return ReadTwice(pairs[True, True], pairs[True, False], pairs[False, True], pairs[False, False])


def _late(decisions: Iterable[tuple[datetime, datetime]]) -> int:
    return sum(sent < working_days_before(decided, TARGET_DAYS) for sent, decided in decisions)


def first_year(council_id: int) -> datetime | None:
    """When the first need of a council was sent: where its reports begin."""
    query = select(func.min(Contribution.submitted_at)).join(Contribution.consultation)
    return db.session.scalar(query.where(Consultation.council_id == council_id))
