"""The count of the opened ballots: each one a row of its own, never changed, with what was counted and by which engine."""

from __future__ import annotations

import hashlib
import json

from participation import clock
from participation.audit.record import record
from participation.audit.tags import Tag
from participation.consultations.models import Consultation
from participation.counting import ENGINE, Outcome, Profile, count
from participation.counting.pots import area_pots, carried_to, count_pots, together
from participation.extensions import db
from participation.voting.definition import Definition, canonical_json, definition_of
from participation.voting.models import CountRun, Vote
from participation.voting.queries import opened_payloads


def count_vote(*, vote: Vote, consultation: Consultation, actor_id: int | None) -> CountRun:
    """Count by the definition's rule and keep the run. A recount is a new run over the same ballots."""
    definition = definition_of(vote, consultation)
    payloads = list(opened_payloads(vote.id))
    outcome = counted(definition, payloads, rule=definition.rule, settings=definition.settings)
    run = CountRun(
        vote_id=vote.id,
        rule=outcome.rule,
        rule_settings=canonical_json(outcome.settings),
        ties=outcome.ties,
        engine=ENGINE,
        input_digest=input_digest(definition, payloads),
        outcome=outcome.to_json(),
        ballots=outcome.ballots,
        ballots_not_counted=outcome.not_counted,
        counted_at=clock.now(),
        counted_by=actor_id,
    )
    db.session.add(run)
    db.session.flush()
    record(
        council_id=consultation.council_id, tag=Tag.VOTE_COUNTED, subject=f"vote:{vote.id}", actor_id=actor_id,
        role="staff" if actor_id else "system",
        facts={"vote": vote.public_id, "rule": run.rule, "engine": ENGINE, "run": run.id},
    )  # fmt: skip
    return run


def counted(
    definition: Definition, payloads: list[str], *, rule: str, settings: dict[str, str | int | bool]
) -> Outcome:
    """Count canonical ballots under a rule, with the ties of the definition."""
    profile = Profile.from_ballots(
        definition.election,
        (json.loads(payload) for payload in payloads),
        ballot_type=definition.question.name,
        limits=definition.counted_limits,
        earlier=definition.earlier,
    )
    areas, election = definition.limits.areas, definition.election
    if areas is None:
        return count(election, profile, rule=rule, settings=settings, ties=definition.ties)
    pots = area_pots(election, areas)
    found = count_pots(
        election,
        profile,
        pots=pots,
        rule=rule,
        settings=settings,
        ties=definition.ties,
        carry_to=carried_to(areas, pots),
    )
    return together(election, profile, found)


def input_digest(definition: Definition, payloads: list[str]) -> str:
    """SHA-256 over the definition and the sorted ballots: equal digests mean the same count was made of the same input."""
    digest = hashlib.sha256(b"count-input-v1\n" + definition.text.encode())
    for payload in sorted(payloads):
        digest.update(b"\n" + payload.encode())
    return digest.hexdigest()
