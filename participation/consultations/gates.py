"""What must be true before a consultation is launched.

Each gate is a function (consultation) -> sentences that say what is wrong and what to do; none means it passes. A feature
above consultations adds its own with `register_gate` (the vote: "set up the vote first"). `WARNINGS` have the same shape: they
are shown before launch, and do not stop it.

The checks follow the Gunning principles as the courts state them: a formative stage, enough information, adequate
time, and a decision that comes after the answers (R v Brent LBC ex p Gunning, 1985).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from participation import clock
from participation.consultations import lifecycle
from participation.consultations.models import Consultation

Gate = Callable[[Consultation], list[str]]

FEWEST_OPTIONS = 2
SHORT = timedelta(weeks=6)
# Longest description against the shortest before residents would read one option as the favourite.
UNEQUAL = 4


def says_why(consultation: Consultation) -> list[str]:
    """Reasons enough for an informed answer (Gunning 2)."""
    return [
        f"{sentence}."
        for text, sentence in (
            (consultation.summary, "Write the summary"),
            (consultation.background, "Say why you are asking"),
            (consultation.what_can_change, "Say what can change because of the answers"),
            (consultation.what_cannot_change, "Say what cannot change"),
            (consultation.decision_maker, "Say who decides"),
        )
        if not text.strip()
    ]


def has_dates(consultation: Consultation) -> list[str]:
    """Something to take part in, in order, still to come."""
    phases = consultation.phases
    if not phases:
        return ["Give dates for saying what matters, for voting, or for both."]
    problems = [
        f"The dates of “{lifecycle.PHASE_TYPE[phase.kind].name}” are the wrong way round: it closes before it opens."
        for phase in phases
        if phase.closes_at <= phase.opens_at
    ]
    if lifecycle.overlapping(phases):
        problems.append("Two phases are open at the same time. End one before the next one opens.")
    problems.extend(
        f"“{lifecycle.PHASE_TYPE[phase.kind].name}” would already be over. Choose a closing date in the future."
        for phase in phases
        if phase.closes_at <= clock.now()
    )
    gather, vote = lifecycle.phase_of(consultation, "gather"), lifecycle.phase_of(consultation, "vote")
    if gather and vote and vote.opens_at < gather.opens_at:
        problems.append(
            "Residents vote before they can say what matters. Change the dates so that the vote comes last."
        )
    return problems


def decides_afterwards(consultation: Consultation) -> list[str]:
    """The mind is still open while residents answer (Gunning 1 and 4)."""
    last = lifecycle.last_close(consultation.phases)
    if last is None or consultation.decision_date > last.astimezone(clock.UK).date():
        return []
    return ["The decision date must be after the last closing date, so that the answers can count."]


def has_alternatives(consultation: Consultation) -> list[str]:
    """A vote is a choice between things that cost something known."""
    if lifecycle.phase_of(consultation, "vote") is None:
        return []
    options = consultation.options
    problems = []
    if len(options) < FEWEST_OPTIONS:
        problems.append(f"Add at least {FEWEST_OPTIONS} options: a vote needs a choice.")
    problems.extend(
        f"“{option.title}” has no description. Say what residents would notice."
        for option in options
        if not option.description.strip()
    )
    return problems


def names_services(consultation: Consultation) -> list[str]:
    """Every consultation is about services, so that residents see what they cost."""
    return [] if consultation.services else ["Choose at least one service this is about."]


def long_enough(consultation: Consultation) -> list[str]:
    """No fixed period in law; budget exercises ran four to six weeks, 12 is widely quoted (Gunning 3)."""
    first, last = lifecycle.first_open(consultation.phases), lifecycle.last_close(consultation.phases)
    if first is None or last is None or last - first >= SHORT:
        return []
    days = (last - first).days
    return [f"Residents have {days} days to take part. Under 6 weeks can be challenged as too short: record why."]


def offers_no_change(consultation: Consultation) -> list[str]:
    """Keeping things as they are is an alternative too (UK notes, section 5)."""
    if lifecycle.phase_of(consultation, "vote") is None or any(
        option.cost_pence == 0 for option in consultation.options
    ):
        return []
    return ["No option costs nothing. Consider adding “Keep things as they are” as an option, with a cost of £0."]


def options_are_equal(consultation: Consultation) -> list[str]:
    """The same fields and about the same number of words, whoever would deliver it (UK notes, section 5)."""
    options = [option for option in consultation.options if option.description.strip()]
    if len(options) < FEWEST_OPTIONS:
        return []
    warnings = []
    lengths = [len(option.description.split()) for option in options]
    if max(lengths) > UNEQUAL * min(lengths):
        warnings.append("The descriptions of the options differ a lot in length. Give each about the same room.")
    for name, values in (
        ("a way it would be delivered", [option.delivery_model for option in options]),
        ("a service", [option.group_id for option in options]),
    ):
        if any(values) and not all(values):
            warnings.append(f"Some options name {name} and others do not. Fill in the same fields for each.")
    return warnings


GATES: tuple[Gate, ...] = (says_why, names_services, has_dates, decides_afterwards, has_alternatives)
WARNINGS: tuple[Gate, ...] = (long_enough, offers_no_change, options_are_equal)


def register_gate(gate: Gate) -> None:
    """Add a check of a feature above this one; adding it again changes nothing."""
    global GATES
    if gate not in GATES:
        GATES = (*GATES, gate)


def problems(consultation: Consultation) -> list[str]:
    """Everything that stops a launch."""
    return [sentence for gate in GATES for sentence in gate(consultation)]


def warnings(consultation: Consultation) -> list[str]:
    """What deserves a second look before launch."""
    return [sentence for gate in WARNINGS for sentence in gate(consultation)]
