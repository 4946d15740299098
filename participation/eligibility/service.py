"""Set the rule of a consultation, and check it. Each verb flushes; none commits."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import delete

from participation import clock
from participation.accounts.models import Account
from participation.accounts.queries import account_by_email
from participation.audit.record import record
from participation.audit.tags import Tag
from participation.consultations.models import Consultation
from participation.eligibility import proved
from participation.eligibility.models import EligibilityProof, EligibilityRule, EligibleWard
from participation.eligibility.queries import proof_of, rule_of
from participation.eligibility.refusals import NotEligibleHere, RuleRefused
from participation.eligibility.rules import Facts, Failure, Rule, failure
from participation.extensions import db, insert_unless_there


def set_rule(*, consultation: Consultation, rule: Rule, actor_id: int | None) -> None:
    """Set who may take part, while the consultation is a draft. Raises RuleRefused."""
    if consultation.state != "draft":
        raise RuleRefused("Who may take part cannot change once a consultation is launched.")
    problem = rule.problem()
    if problem is not None:
        raise RuleRefused(problem)
    db.session.execute(delete(EligibilityRule).where(EligibilityRule.consultation_id == consultation.id))
    db.session.add(
        EligibilityRule(
            consultation_id=consultation.id, tier=rule.tier, unit=rule.unit, oldest=rule.oldest,
            wards=[EligibleWard(ward_id=number) for number, _ in rule.wards],
        )
    )  # fmt: skip
    db.session.flush()
    facts: dict[str, str | int | bool | None] = {
        "tier": rule.tier,
        "unit": rule.unit,
        "wards": len(rule.wards),
        "oldest": rule.oldest,
    }
    record(
        council_id=consultation.council_id, tag=Tag.ELIGIBILITY_SET, subject=f"consultation:{consultation.id}",
        actor_id=actor_id, facts=facts,
    )  # fmt: skip


def copy_rule(source: Consultation, made: Consultation, actor_id: int | None) -> None:
    """Who may take part in a copy, where it was said for the source."""
    if db.session.get(EligibilityRule, source.id) is not None:
        set_rule(consultation=made, rule=rule_of(source.id), actor_id=actor_id)


def why_not(*, consultation: Consultation, account: Account, on_roll: bool = False) -> Failure | None:
    """The first rule that a resident does not meet, or None.

    Somebody `on_roll` met the rules of area and age when the roll was fixed; what they must prove is asked all the same.
    """
    profile = account.resident
    if profile is None:
        return Failure("resident", "Staff accounts cannot take part.", "Sign in with a resident account.")
    rule = rule_of(consultation.id)
    if on_roll:
        rule = replace(rule, wards=(), oldest=None)
    proof = proof_of(consultation.id, account.id) if rule.tier >= 2 else None
    facts = Facts(profile.ward_id, profile.ward.name, profile.age_band, proof.how if proof is not None else "")
    return failure(rule, facts, contact=consultation.council.contact_email)


def require_eligible(*, consultation: Consultation, account: Account, on_roll: bool = False) -> None:
    """Raises NotEligibleHere with the rule that is not met and what the person can do."""
    missing = why_not(consultation=consultation, account=account, on_roll=on_roll)
    if missing is not None:
        raise NotEligibleHere(missing.sentence, rule=missing.rule)


def record_check(*, consultation: Consultation, email: str, actor_id: int) -> None:
    """Staff saw proof (assisted route, register check by electoral services). Raises RuleRefused for no such resident."""
    account = account_by_email(consultation.council_id, email)
    if account is None or account.kind != "resident" or account.confirmed_at is None:
        raise RuleRefused("There is no confirmed resident account with this email address.")
    values = {
        "consultation_id": consultation.id, "account_id": account.id, "how": "staff", "recorded_by": actor_id,
        "proved_at": clock.now(), "household": None,
    }  # fmt: skip
    if insert_unless_there(EligibilityProof, values, unique=("consultation_id", "account_id")):
        record(
            council_id=consultation.council_id, tag=Tag.ELIGIBILITY_CHECKED, subject=f"consultation:{consultation.id}",
            actor_id=actor_id,
        )  # fmt: skip
        proved.tell(consultation=consultation, account_id=account.id)
