"""Acts on needs summaries: preview, freeze with a signature, read back, export."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import func, select

from participation.audit.record import record
from participation.audit.tags import Tag
from participation.commissioning import policy, settled
from participation.commissioning.gather import gather, settled_figures
from participation.commissioning.live.models import LiveStep, SettledCount
from participation.commissioning.models import NeedsRecord, PlannedContract
from participation.commissioning.publicity import is_public as is_public
from participation.commissioning.publicity import released_at as released_at
from participation.commissioning.queries import ocid_is_taken, planned_contract, records_of, versions_of
from participation.commissioning.refusals import (
    FiguresMoved,
    NothingNew,
    OcidTaken,
    RecordDamaged,
    TooFewNewcomers,
)
from participation.consultations.lifecycle import Stage, stage_of
from participation.consultations.models import Consultation
from participation.consultations.queries import consultation_by_slug
from participation.extensions import db
from participation.needs.evidence import Evidence
from participation.needs.summary import Summary

# Letters and digits that are not taken for each other when read aloud or copied by hand.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_NAME_LENGTH = 12
DRAFT, FINAL = "draft", "final"
OPEN = (Stage.GATHERING, Stage.BETWEEN, Stage.SHAPING, Stage.VOTING)


def next_version(consultation_id: int) -> int:
    """The number of the version that would be frozen next."""
    known = versions_of(consultation_id)
    return known[0].version + 1 if known else 1


def preview(consultation: Consultation, *, version: int, now: datetime) -> Summary:
    """The summary as it stands now, as the draft of its next version. Nothing is kept.

    While people can still take part, or moderators have not read everything, who takes part by group is that of the newest
    step of the live picture, and no figure of a group is newer.
    """
    return _shown(consultation, gather(consultation, version=version, status=DRAFT), now)


def moves(consultation: Consultation, waiting: int, now: datetime) -> bool:
    """Whether figures can change by a few people at a time: people can take part, or moderators have not read everything."""
    return stage_of(consultation, now) in OPEN or waiting > 0


def _shown(consultation: Consultation, evidence: Evidence, now: datetime) -> Summary:
    if not moves(consultation, evidence.waiting, now):
        return _beside_earlier(consultation, evidence, seen_on_the_way(consultation, now), now)
    step = newest_step(consultation.id)
    summary = policy.disclosed(evidence, moving=True)
    return replace(summary, participation=step[0].participation) if step else summary


def _beside_earlier(consultation: Consultation, evidence: Evidence, seen: Sequence[Summary], now: datetime) -> Summary:
    """The figures without what would give a small number away next to what was `seen`, settled, or can be read by residents."""
    before = settled.replaced(consultation.id)
    beside = [policy.disclosed(settled_figures(consultation, before), seen=seen)] if before else []
    beside += [
        frozen_summary(one) for one in reversed(records_of(consultation.id)) if is_public(one, consultation, now)
    ]
    older = [one for one in seen if one not in beside]
    return policy.disclosed(evidence, seen=[*older, *beside], beside=beside)


def settled_summary(consultation_ids: Sequence[int]) -> dict[int, Summary]:
    """By consultation that has settled: who took part by group, as it is shown since."""
    found = db.session.execute(
        select(SettledCount.consultation_id, SettledCount.shown).where(
            SettledCount.consultation_id.in_(consultation_ids)
        )
    )
    return {key: _read(shown) for key, shown in found}


def newest_steps(consultation_ids: Sequence[int]) -> dict[int, Summary]:
    """By consultation, what the live picture shows of who takes part by group, where it has a step."""
    newest = (
        select(func.max(LiveStep.id))
        .where(LiveStep.consultation_id.in_(consultation_ids))
        .group_by(LiveStep.consultation_id)
    )
    found = db.session.scalars(select(LiveStep).where(LiveStep.id.in_(newest)))
    return {step.consultation_id: _read(step.body) for step in found}


def newest_step(consultation_id: int) -> tuple[Summary, datetime] | None:
    """What the live picture shows of who takes part by group, and from when; None before its first step."""
    step = db.session.scalar(
        select(LiveStep).where(LiveStep.consultation_id == consultation_id).order_by(LiveStep.id.desc()).limit(1)
    )
    return (_read(step.body), step.made_at) if step else None


def seen_by_staff(consultation_id: int, until: datetime | None = None) -> list[Summary]:
    """Every step of the live picture and every frozen version, oldest first: an old one bounds what a new one hides."""
    return seen_of_many({consultation_id: until})[consultation_id]


def seen_of_many(until: Mapping[int, datetime | None]) -> dict[int, list[Summary]]:
    """What `seen_by_staff` gives, for many consultations in two queries."""
    steps = db.session.scalars(select(LiveStep).where(LiveStep.consultation_id.in_(until)).order_by(LiveStep.id))
    shown = [(one.made_at, 0, one.id, one.consultation_id, one.body) for one in steps]
    records = db.session.scalars(select(NeedsRecord).where(NeedsRecord.consultation_id.in_(until)))
    shown += [(one.created_at, 1, one.version, one.consultation_id, one.body) for one in records]
    found: dict[int, list[Summary]] = {key: [] for key in until}
    for when, _, _, key, body in sorted(shown):
        end = until[key]
        if end is None or when < end:
            found[key].append(_read(body))
    return found


def seen_on_the_way(consultation: Consultation, now: datetime) -> list[Summary]:
    """What staff saw before residents could read anything, oldest first."""
    return seen_by_staff(consultation.id, released_at(consultation, now))


def freeze(
    *, council_id: int, slug: str, account_id: int, signed: str, now: datetime, contrary: str = "", limits: str = ""
) -> NeedsRecord:
    """Freeze the figures as the next version, signed by a commissioner who read them.

    `signed` is the `policy.figures_digest` of the preview that was read; `contrary` and `limits` are what the signer has to
    say to the figures. What would give a small number away next to earlier figures is left out, and the version says so.
    Raises ConsultationNotFound, FiguresMoved, NothingNew and TooFewNewcomers.
    """
    consultation = consultation_by_slug(council_id, slug, lock=True)
    earlier = records_of(consultation.id)
    version = earlier[0].version + 1 if earlier else 1
    evidence = gather(consultation, version=version, status=FINAL)
    shown = _shown(consultation, evidence, now)
    if policy.figures_digest(shown) != signed:
        raise FiguresMoved()
    moving = moves(consultation, evidence.waiting, now)
    # Next to what was seen before, what would pin a hidden number is left out, so that there is a version at all.
    summary = _beside_earlier(consultation, evidence, seen_by_staff(consultation.id), now) if moving else shown
    _refuse_telling_version(summary, earlier, moving=moving)
    body = summary.to_json()
    digest = hashlib.sha256(body.encode()).hexdigest()
    before = earlier[0] if earlier else None
    made = NeedsRecord(
        public_id="".join(secrets.choice(_ALPHABET) for _ in range(_NAME_LENGTH)),
        consultation_id=consultation.id,
        version=version,
        body=body,
        digest=digest,
        contrary=contrary,
        limits=limits,
        signed_digest=signed_digest(digest, version, contrary, limits, before.public_id if before else ""),
        supersedes_id=before.id if before else None,
        created_at=now,
        created_by=account_id,
    )
    db.session.add(made)
    db.session.flush()
    record(
        council_id=council_id,
        tag=Tag.NEEDS_SUMMARY_FROZEN,
        subject=f"consultation:{consultation.id}",
        actor_id=account_id,
        role="commissioner",
        facts={"version": version, "summary": made.public_id, "digest": made.digest, "signed": made.signed_digest},
    )
    return made


def plan_contract(
    *, consultation: Consultation, account_id: int, ocid: str, title: str, tender_on: date | None, now: datetime
) -> PlannedContract:
    """Say that a contracting process is planned after a consultation. Raises OcidTaken."""
    planned = planned_contract(consultation.id)
    if ocid_is_taken(ocid, consultation.id):
        raise OcidTaken(field="ocid")
    if planned is None:
        planned = PlannedContract(consultation_id=consultation.id, planned_at=now, planned_by=account_id)
        db.session.add(planned)
    planned.ocid, planned.title, planned.tender_on = ocid, title, tender_on
    db.session.flush()
    _record_contract(consultation, account_id, planned=True)
    return planned


def drop_contract(*, consultation: Consultation, account_id: int) -> None:
    """No contracting process is planned any more; twice changes nothing."""
    planned = planned_contract(consultation.id)
    if planned is not None:
        db.session.delete(planned)
        db.session.flush()
        _record_contract(consultation, account_id, planned=False)


def _record_contract(consultation: Consultation, account_id: int, *, planned: bool) -> None:
    record(
        council_id=consultation.council_id,
        tag=Tag.CONTRACT_PLANNED,
        subject=f"consultation:{consultation.id}",
        actor_id=account_id,
        role="commissioner",
        facts={"planned": planned},
    )


def signed_digest(digest: str, version: int, contrary: str, limits: str, supersedes: str) -> str:
    """SHA-256 over all that a signature covers: the figures, what the signer said to them, and what they replace."""
    said = {
        "contrary": contrary, "figures": digest, "limits": limits, "supersedes": supersedes, "version": version,
    }  # fmt: skip
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _refuse_telling_version(summary: Summary, earlier: Sequence[NeedsRecord], *, moving: bool) -> None:
    """Refuse what would tell nothing new, or, while there is still time to wait, who joined since an earlier version."""
    figures = [(one, frozen_summary(one)) for one in earlier]
    if figures and policy.figures_digest(figures[0][1]) == policy.figures_digest(summary):
        raise NothingNew(version=earlier[0].version)
    for one, before in figures if moving else ():
        if policy.too_few_newcomers(summary, before):
            raise TooFewNewcomers(threshold=policy.threshold(), version=one.version)


def frozen_summary(made: NeedsRecord) -> Summary:
    """The figures of a frozen version. Raises RecordDamaged when they are not those that were signed."""
    if hashlib.sha256(made.body.encode()).hexdigest() != made.digest:
        raise RecordDamaged(public_id=made.public_id)
    return _read(made.body)


@lru_cache(maxsize=8)
def _read(body: str) -> Summary:
    """Frozen text never changes, and its pages and files are asked for one after the other."""
    return Summary.from_json(body)


def record_export(
    *,
    council_id: int,
    consultation_id: int,
    version: int,
    status: str,
    file_format: str,
    account_id: int | None,
    role: str,
) -> None:
    """Say in the governance record that somebody took figures away: which version, in which format, in which role."""
    record(
        council_id=council_id,
        tag=Tag.NEEDS_SUMMARY_EXPORTED,
        subject=f"consultation:{consultation_id}",
        actor_id=account_id,
        role=role,
        facts={"version": version, "status": status, "format": file_format},
    )
