"""What happens to a consultation, one function a verb. Each checks, changes, flushes and records; none commits.

Callers inside a transaction load the consultation with `lock=True`, so that two members of staff wait for each other; an
edit names the `version` it was made from and is refused with StaleConsultation when that is not the latest.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from participation import clock
from participation.audit.record import record
from participation.audit.tags import Tag
from participation.consultations import archiving, endings, gates
from participation.consultations.drafts import Draft, ResponseDraft
from participation.consultations.lifecycle import (
    PHASE_TYPE,
    Feature,
    Move,
    last_close,
    may_move,
    open_phases,
    phase_of,
    stage_of,
)
from participation.consultations.models import Consultation, ConsultationResponse, Phase, PhaseExtension
from participation.consultations.queries import free_slug, services_of
from participation.consultations.refusals import MoveRefused, NotFinished, NotReady, PhaseNotOpen, StaleConsultation
from participation.councils.models import Council
from participation.errors import InvalidInput
from participation.extensions import db


def create(*, council_id: int, draft: Draft, actor_id: int | None, slug: str | None = None) -> Consultation:
    """A new draft. Its address comes from the title and never changes afterwards."""
    # Two drafts of one council wait for each other, so that both cannot take the same address.
    db.session.execute(select(Council.id).where(Council.id == council_id).with_for_update())
    consultation = Consultation(
        council_id=council_id,
        slug=slug or free_slug(council_id, draft.title),
        state="draft",
        created_at=clock.now(),
        created_by=actor_id,
        result_published_at=None,
        response=None,
    )
    _fill_in(consultation, draft)
    db.session.add(consultation)
    db.session.flush()
    record_about(consultation, Tag.CONSULTATION_CREATED, actor_id)
    return consultation


def change(*, consultation: Consultation, draft: Draft, version: int, actor_id: int | None) -> None:
    """Change a draft. Raises MoveRefused once it was launched, StaleConsultation when somebody else saved first."""
    require_move(consultation, Move.EDIT)
    require_version(consultation, version)
    _fill_in(consultation, draft)
    touch(consultation=consultation, actor_id=actor_id)


def touch(*, consultation: Consultation, actor_id: int | None) -> None:
    """A draft was changed: its version rises, so that whoever holds the old one is told."""
    consultation.version += 1
    db.session.flush()
    record_about(consultation, Tag.CONSULTATION_EDITED, actor_id, {"version": consultation.version})


def launch(*, consultation: Consultation, version: int, actor_id: int | None) -> None:
    """From now on it opens and closes by its dates. Called once a second person approved it (`consultations.launching`).

    Raises NotReady with every problem the gates found.
    """
    require_move(consultation, Move.LAUNCH)
    require_version(consultation, version)
    require_ready(consultation)
    consultation.state = "launched"
    consultation.launched_at = clock.now()
    consultation.version += 1
    db.session.flush()
    overridden = ",".join(doubt.code for doubt in gates.doubts(consultation)) or None
    record_about(consultation, Tag.CONSULTATION_LAUNCHED, actor_id, {"overridden": overridden})


def require_ready(consultation: Consultation) -> None:
    """Raises NotReady with every problem that no reason can override."""
    problems = gates.problems(consultation)
    if problems:
        raise NotReady(problems=problems)


def recall(*, consultation: Consultation, actor_id: int | None) -> None:
    """Back to a draft, while nothing has opened and nobody has answered."""
    require_move(consultation, Move.RECALL)
    consultation.state = "draft"
    consultation.launched_at = None
    consultation.version += 1
    db.session.flush()
    record_about(consultation, Tag.CONSULTATION_RECALLED, actor_id)


def withdraw(*, consultation: Consultation, reason_code: str, actor_id: int | None) -> None:
    """Stop it for good. Residents who know its address are told why; a draft just disappears.

    What features above hold of it and may not outlive it ends in the same transaction (`consultations.endings`).
    """
    require_move(consultation, Move.WITHDRAW)
    consultation.state = "withdrawn"
    consultation.version += 1
    db.session.flush()
    record_about(consultation, Tag.CONSULTATION_WITHDRAWN, actor_id, {"reason": reason_code})
    endings.end(consultation, actor_id)


def close_phase(*, consultation: Consultation, kind: str, reason_code: str, actor_id: int | None) -> None:
    """End an open phase now, before its date. Raises MoveRefused or PhaseNotOpen.

    A phase in which residents vote is ended by the vote alone: only it can make sure that no ballot falls between.
    """
    require_move(consultation, Move.CLOSE_PHASE)
    if Feature.VOTE in PHASE_TYPE[kind].features:
        raise PhaseNotOpen("A vote is closed on the page of the vote, so that no ballot is lost.")
    now = clock.now()
    phase = phase_of(consultation, kind)
    if not isinstance(phase, Phase) or phase not in open_phases(consultation.phases, now) or phase.opens_at == now:
        raise PhaseNotOpen()
    phase.closes_at = now
    consultation.version += 1
    db.session.flush()
    record_about(consultation, Tag.CONSULTATION_CLOSED_EARLY, actor_id, {"phase": kind, "reason": reason_code})


def record_vote_closed(*, consultation: Consultation, at: datetime, reason_code: str, actor_id: int | None) -> None:
    """The vote ended early, at this moment by the clock that ballots are held to."""
    _vote_phase(consultation).closes_at = at
    consultation.version += 1
    db.session.flush()
    record_about(consultation, Tag.CONSULTATION_CLOSED_EARLY, actor_id, {"phase": "vote", "reason": reason_code})


def record_vote_extended(
    *, consultation: Consultation, until: datetime, at: datetime, reason: str, actor_id: int | None
) -> None:
    """The vote ends later than announced. `reason` is for residents; it stands with the dates, not in the record of codes."""
    phase = _vote_phase(consultation)
    consultation.extensions.append(
        PhaseExtension(
            kind=phase.kind, closed_at_before=phase.closes_at, closes_at=until, reason=reason, extended_by=actor_id,
            extended_at=at,
        )
    )  # fmt: skip
    phase.closes_at = until
    consultation.version += 1
    db.session.flush()
    record_about(consultation, Tag.PHASE_EXTENDED, actor_id, {"phase": phase.kind, "until": until.isoformat()})


def _vote_phase(consultation: Consultation) -> Phase:
    """Raises PhaseNotOpen for a consultation without a vote."""
    phase = phase_of(consultation, "vote")
    if not isinstance(phase, Phase):
        raise PhaseNotOpen()
    return phase


def extend_phase(
    *, consultation: Consultation, kind: str, closes_at: datetime, reason: str, version: int, actor_id: int | None
) -> PhaseExtension:
    """Give residents more time, for a reason they read. The vote's dates are frozen with its ballot and do not move.

    Raises MoveRefused, StaleConsultation, PhaseNotOpen, or InvalidInput for a moment that is not later, reaches into the
    next phase, or leaves no time before the decision.
    """
    require_move(consultation, Move.EXTEND)
    require_version(consultation, version)
    phase = phase_of(consultation, kind)
    if kind == "vote" or not isinstance(phase, Phase) or phase not in open_phases(consultation.phases, clock.now()):
        raise PhaseNotOpen()
    _require_later(consultation, phase, closes_at)
    extension = PhaseExtension(
        consultation=consultation, kind=kind, closed_at_before=phase.closes_at, closes_at=closes_at, reason=reason,
        extended_by=actor_id, extended_at=clock.now(),
    )  # fmt: skip
    db.session.add(extension)
    phase.closes_at = closes_at
    consultation.version += 1
    db.session.flush()
    facts: dict[str, str | int | bool | None] = {
        "phase": kind, "from": extension.closed_at_before.isoformat(), "to": closes_at.isoformat()
    }  # fmt: skip
    record_about(consultation, Tag.PHASE_EXTENDED, actor_id, facts)
    return extension


def _require_later(consultation: Consultation, phase: Phase, closes_at: datetime) -> None:
    if closes_at <= phase.closes_at:
        raise InvalidInput("The new closing date must be later than the one now.", field="closes_day")
    if any(phase.closes_at <= other.opens_at < closes_at for other in consultation.phases if other is not phase):
        raise InvalidInput("The next phase opens before that. Choose an earlier date.", field="closes_day")
    if closes_at.astimezone(clock.UK).date() >= consultation.decision_date:
        raise InvalidInput("The decision is on that day or before it. Choose an earlier date.", field="closes_day")


def record_result_published(*, consultation: Consultation, at: datetime) -> None:
    """The vote published its result: from now on lists and pages show the consultation with a result.

    The vote records the event itself; called twice, the first moment stays.
    """
    if consultation.result_published_at is None:
        consultation.result_published_at = at
    db.session.flush()


def publish_response(*, consultation: Consultation, draft: ResponseDraft, version: int, actor_id: int | None) -> None:
    """Publish "we asked, you said, we did", or correct it. Without it a consultation is not answered.

    Raises InvalidInput when the decision would lie before the close of the last phase, or after today: what residents said
    must be there before the decision (Gunning 4).
    """
    require_move(consultation, Move.RESPOND)
    require_version(consultation, version)
    closed = last_close(consultation.phases)
    if draft.decided_on > clock.today():
        raise InvalidInput("The decision date must be today or in the past.", field="decided_on")
    if closed is not None and draft.decided_on < closed.astimezone(clock.UK).date():
        raise InvalidInput("The decision date must be on or after the day residents' time ended.", field="decided_on")
    response = consultation.response
    if response is None:
        response = consultation.response = ConsultationResponse(published_at=clock.now(), published_by=actor_id)
    response.we_asked, response.you_said, response.we_did = draft.we_asked, draft.you_said, draft.we_did
    response.decided_on = draft.decided_on
    consultation.version += 1
    db.session.flush()
    record_about(consultation, Tag.RESPONSE_PUBLISHED, actor_id, {"version": consultation.version})


def archive(*, consultation: Consultation, version: int, actor_id: int | None) -> None:
    """Put it away for good: answered, with an outcome for everything residents chose or said.

    Raises MoveRefused before "we asked, you said, we did", StaleConsultation, or NotFinished with what is missing.
    """
    require_move(consultation, Move.ARCHIVE)
    require_version(consultation, version)
    missing = archiving.missing(consultation)
    if missing:
        raise NotFinished(problems=missing)
    consultation.archived_at = clock.now()
    consultation.version += 1
    db.session.flush()
    record_about(consultation, Tag.CONSULTATION_ARCHIVED, actor_id)


def require_move(consultation: Consultation, move: Move) -> None:
    """Raises MoveRefused when the stage does not allow it; staff are not exempt."""
    now = clock.now()
    if not may_move(consultation, move, now):
        raise MoveRefused(move=move.value, stage=stage_of(consultation, now).value)


def require_version(consultation: Consultation, version: int) -> None:
    """Raises StaleConsultation when somebody else saved since that version was read."""
    if consultation.version != version:
        raise StaleConsultation(version=version, latest=consultation.version)


def _fill_in(consultation: Consultation, draft: Draft) -> None:
    for name in (
        "title", "summary", "background", "what_can_change", "what_cannot_change", "influence", "cycle_step",
        "decision_maker", "decision_date", "equality_note", "decided_so_far", "minimum_age", "moderation",
    ):  # fmt: skip
        setattr(consultation, name, getattr(draft, name))
    offered = {group.code: group for group in services_of(consultation.council_id)}
    unknown = sorted(set(draft.services) - set(offered))
    if unknown:
        raise InvalidInput(f"There is no service {unknown[0]}.", field="services")
    consultation.services = [offered[code] for code in offered if code in draft.services]
    _set_phases(consultation, draft)


def _set_phases(consultation: Consultation, draft: Draft) -> None:
    for phase in list(consultation.phases):
        if phase.kind not in draft.phases:
            consultation.phases.remove(phase)
            if phase in db.session:
                db.session.delete(phase)
    for kind, period in draft.phases.items():
        if period.closes_at <= period.opens_at:
            raise InvalidInput("A phase must close after it opens.", field=f"{kind}_closes")
        phase = next((phase for phase in consultation.phases if phase.kind == kind), Phase(kind=kind))
        phase.opens_at, phase.closes_at = period.opens_at, period.closes_at
        if phase not in consultation.phases:
            consultation.phases.append(phase)


def record_about(
    consultation: Consultation, tag: Tag, actor_id: int | None, facts: dict[str, str | int | bool | None] | None = None
) -> None:
    record(
        council_id=consultation.council_id,
        tag=tag,
        subject=f"consultation:{consultation.id}",
        actor_id=actor_id,
        role="staff" if actor_id else "system",
        facts={"consultation": consultation.slug, **(facts or {})},
    )
