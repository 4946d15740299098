"""What must be true before a consultation is launched.

Each gate is a function (consultation) -> sentences that say what is wrong and what to do; none means it passes. A feature
above consultations adds its own with `register_gate` (the vote: "set up the vote first") or `register_doubt`. `DOUBTS` have the
same shape: who asks for the launch gives a reason for each that is not met, and a second person accepts it or sends it back.

The checks follow the Gunning principles as the courts state them: a formative stage, enough information, adequate
time, and a decision that comes after the answers (R v Brent LBC ex p Gunning, 1985).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from participation import clock
from participation.budgets.taxonomy import loaded_words
from participation.consultations import cards, editions, lifecycle
from participation.consultations.blueprints import gaps_in
from participation.consultations.calendar import Span, spans_between
from participation.consultations.models import CommissioningOption, Consultation
from participation.consultations.neutral import loaded, unequal
from participation.consultations.reading import reading_age
from participation.web import words

Gate = Callable[[Consultation], list[str]]

# One option alone can be asked about, if somebody says why there is no other; none cannot.
FEWEST_OPTIONS = 2
SHORT = timedelta(weeks=6)
# The age at which plain writing aims, and the one above which somebody has to say why.
READING_AIM = "9 to 11"
OLDEST_READER = 14


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


def is_filled_in(consultation: Consultation) -> list[str]:
    """Nothing that a blueprint left open stands in a text that residents read."""
    texts = (
        ("title", consultation.title), ("summary", consultation.summary), ("reasons for asking", consultation.background),
        ("text on what can change", consultation.what_can_change),
        ("text on what cannot change", consultation.what_cannot_change),
        ("text on who is affected more than others", consultation.equality_note),
    )  # fmt: skip
    return [f"Fill in “{gap}” in the {name}." for name, text in texts for gap in gaps_in(text or "")]


def has_dates(consultation: Consultation) -> list[str]:
    """Something to take part in, in order, still to come."""
    phases = consultation.phases
    if not phases:
        return ["Give dates for saying what matters, for discussing the options, or for voting."]
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
    gather, shape, vote = (lifecycle.phase_of(consultation, kind) for kind in ("gather", "shape", "vote"))
    if gather and vote and vote.opens_at < gather.opens_at:
        problems.append(
            "Residents vote before they can say what matters. Change the dates so that the vote comes last."
        )
    if shape and vote and vote.opens_at < shape.opens_at:
        problems.append(
            "Residents vote before they can discuss the options. Change the dates so that the vote comes last."
        )
    if gather and shape and shape.opens_at < gather.opens_at:
        problems.append(
            "Residents discuss the options before they can say what matters. Change the dates so that needs come first."
        )
    return problems


def decides_afterwards(consultation: Consultation) -> list[str]:
    """The mind is still open while residents answer (Gunning 1 and 4)."""
    last = lifecycle.last_close(consultation.phases)
    if last is None or consultation.decision_date > last.astimezone(clock.UK).date():
        return []
    return ["The decision date must be after the last closing date, so that the answers can count."]


def says_how_far(consultation: Consultation) -> list[str]:
    """Residents read what is still open."""
    return [] if consultation.decided_so_far else ["Say what has been decided so far."]


def is_formative(consultation: Consultation) -> list[str]:
    """Asked while the mind is open; after the decision there is nothing left to consult on (Gunning 1)."""
    if consultation.decided_so_far == "decided":
        return ["The council has decided this already. Tell residents about it instead of consulting them."]
    return []


def has_alternatives(consultation: Consultation) -> list[str]:
    """A vote, and a discussion of options, is about something, and residents can read what it would change for them."""
    if not _is_about_options(consultation):
        return []
    if not consultation.options:
        return [f"Add at least {FEWEST_OPTIONS} options: {_asking(consultation)} needs a choice."]
    return [
        f"“{option.title}” has no description. Say what residents would notice."
        for option in consultation.options
        if not option.description.strip()
    ]


def options_are_told_apart(consultation: Consultation) -> list[str]:
    """Two options of one name are one to whoever reads the ballot, and two to whoever counts it."""
    names = Counter(_as_read(option) for option in consultation.options)
    shown = {_as_read(option): option.title for option in reversed(consultation.options)}
    return [
        f"{many} options are called “{shown[name]}”. Give each a title of its own."
        for name, many in names.items()
        if many > 1
    ]


def _as_read(option: CommissioningOption) -> tuple[str, int | None]:
    """What residents tell an option by: its title, whatever the case, and its ward."""
    return " ".join(option.title.casefold().split()), option.ward_id


def alternatives_are_given(consultation: Consultation) -> list[str]:
    """Residents hear of realistic alternatives, or why there are none (R (Moseley) v Haringey, 2014)."""
    if not _is_about_options(consultation) or len(consultation.options) != 1:
        return []
    only = consultation.options[0].title
    challenged = f"{_asking(consultation)} with one option can be challenged"
    return [f"“{only}” is the only option. Add another, or say why there is no alternative: {challenged}."]


def _asking(consultation: Consultation) -> str:
    return "a vote" if lifecycle.phase_of(consultation, "vote") else "a discussion of options"


def _is_about_options(consultation: Consultation) -> bool:
    return any(lifecycle.phase_of(consultation, kind) for kind in ("shape", "vote"))


def names_services(consultation: Consultation) -> list[str]:
    """Every consultation is about services, so that residents see what they cost."""
    return [] if consultation.services else ["Choose at least one service this is about."]


def long_enough(consultation: Consultation) -> list[str]:
    """No fixed period in law; budget exercises ran four to six weeks, 12 is widely quoted (Gunning 3)."""
    first, last = lifecycle.first_open(consultation.phases), lifecycle.last_close(consultation.phases)
    if first is None or last is None or last - first >= SHORT:
        return []
    days = (last - first).days
    return [f"Residents have {days} days to take part. Under 6 weeks can be challenged as too short."]


def offers_no_change(consultation: Consultation) -> list[str]:
    """Keeping things as they are is an alternative too (UK notes, section 5)."""
    if lifecycle.phase_of(consultation, "vote") is None or any(
        option.cost_pence == 0 for option in consultation.options
    ):
        return []
    offered = (
        "Every ballot offers “Keep things as they are”, and how many chose it is published, but only an option can win."
    )
    return [
        f"No option costs nothing. {offered} Consider adding “Keep things as they are” as an option, with a cost of £0."
    ]


def costs_are_given(consultation: Consultation) -> list[str]:
    """Nobody can weigh what has no price: at most one option, keeping things as they are, costs nothing (Gunning 2)."""
    if not _is_about_options(consultation):
        return []
    free = [f"“{option.title}”" for option in consultation.options if option.cost_pence == 0]
    if len(free) < FEWEST_OPTIONS:
        return []
    return [f"{', '.join(free[:-1])} and {free[-1]} cost nothing. Give what each option costs, or say why £0 is right."]


def steps_are_signed_off(consultation: Consultation) -> list[str]:
    """Nobody votes on figures that nobody in finance has checked; those of a copy are of another year."""
    return [
        f"Finance has to sign off the steps of “{option.title}” again: they were copied from an earlier consultation."
        for option in consultation.options
        if any(not step.signed_off_by for step in option.steps)
    ]


def options_are_equal(consultation: Consultation) -> list[str]:
    """The same fields and about the same number of words, whoever would deliver it (UK notes, section 5)."""
    options = [option for option in consultation.options if option.description.strip()]
    if len(options) < FEWEST_OPTIONS:
        return []
    found = []
    uneven = unequal([(option.title, option.description) for option in options])
    if uneven:
        found.append(uneven)
    fields: list[tuple[str, Sequence[object]]] = [
        ("a way it would be delivered", [option.delivery_model for option in options]),
        ("a service", [option.group_id for option in options]),
        (f"the cost over {cards.YEARS} years", [option.yearly_pence is not None for option in options]),
        ("who in finance checked the figures", [option.signed_off_by for option in options]),
        *((f"“{field.heading}”", [option.card.get(field.name) for option in options]) for field in cards.FIELDS),
    ]
    for name, values in fields:
        if any(values) and not all(values):
            found.append(f"Some options name {name} and others do not. Fill in the same fields for each.")
    return found


def words_are_neutral(consultation: Consultation) -> list[str]:
    """No option is told in words that praise, blame or decide (UK notes, section 5)."""
    return [
        sentence
        for option in consultation.options
        for sentence in loaded(
            option.title, "\n".join([option.title, option.description, *option.card.values()]), loaded_words()
        )
    ]


def equality_considered(consultation: Consultation) -> list[str]:
    """Due regard to people who share a protected characteristic (Equality Act 2010, section 149)."""
    if consultation.equality_note.strip():
        return []
    return ["Nothing says how the council considered who is affected more than others."]


def out_of_elections(consultation: Consultation) -> list[str]:
    """The pre-election period: nothing that could affect an election (UK notes, section 3)."""
    return [
        f"“{name}” is open during {span.name} ({words.day(span.first)} to {words.day(span.last)}). If your council has "
        "elections then, residents could see it as campaigning."
        for name, span in _touched(consultation, elections=True)
    ]


def out_of_holidays(consultation: Consultation) -> list[str]:
    """Time in which residents are away is not time to answer (Gunning 3)."""
    return [
        f"More than a third of “{name}” falls in {span.name} ({words.day(span.first)} to {words.day(span.last)}), when many "
        "residents are away."
        for name, span in _touched(consultation, elections=False)
    ]


def _touched(consultation: Consultation, *, elections: bool) -> list[tuple[str, Span]]:
    """The phases with the spans that matter: any day of a pre-election period, more than a third of the days for holidays."""
    found: list[tuple[str, Span]] = []
    for phase in consultation.phases:
        first, last = phase.opens_at.astimezone(clock.UK).date(), phase.closes_at.astimezone(clock.UK).date()
        days = (last - first).days + 1
        before_polls, away = spans_between(first, last)
        spans = before_polls if elections else [span for span in away if span.days_in(first, last) * 3 > days]
        found.extend((lifecycle.PHASE_TYPE[phase.kind].name, span) for span in spans)
    return found


def reaches_everyone(consultation: Consultation) -> list[str]:
    """Every language and format that is needed, each from the texts as they are now (Equality Act 2010, section 20)."""
    return [
        f"{label} is missing." if state is editions.State.MISSING else f"{label} was made from an earlier text."
        for label, state in ((editions.LABELS[code], state) for code, state in editions.states(consultation).items())
        if state is not editions.State.CURRENT
    ]


def reads_easily(consultation: Consultation) -> list[str]:
    """Everybody can follow every text (UK notes, section 14)."""
    return [
        f"“{name}” needs a reader of about {age}. Write shorter sentences and plainer words: aim at {READING_AIM}."
        for name, age in reading_ages(consultation)
        if age > OLDEST_READER
    ]


def reading_ages(consultation: Consultation) -> list[tuple[str, int]]:
    """(name, age) of each text that is long enough to be measured, the hardest first."""
    texts = [
        ("Summary", consultation.summary), ("Why you are asking", consultation.background),
        ("What can change", consultation.what_can_change), ("What cannot change", consultation.what_cannot_change),
        ("Who is affected more than others", consultation.equality_note),
        *((option.title, option.description) for option in consultation.options),
    ]  # fmt: skip
    measured = [(name, age) for name, text in texts if (age := reading_age(text)) is not None]
    return sorted(measured, key=lambda one: -one[1])


# What nobody can take part without, or be told about.
GATES: tuple[Gate, ...] = (
    says_why,
    is_filled_in,
    says_how_far,
    names_services,
    has_dates,
    has_alternatives,
    options_are_told_apart,
    steps_are_signed_off,
)
# What can be launched nevertheless, with a reason that a second person accepts. The name of the function is its code.
DOUBTS: tuple[Gate, ...] = (
    is_formative, decides_afterwards, long_enough,
    out_of_elections, out_of_holidays, equality_considered, reaches_everyone, reads_easily, offers_no_change,
    alternatives_are_given, costs_are_given, options_are_equal, words_are_neutral,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Doubt:
    """A check that is not met and can be overridden: its `code`, and what it says."""

    code: str
    sentences: tuple[str, ...]


def register_gate(gate: Gate) -> None:
    """Add a check of a feature above this one; adding it again changes nothing."""
    global GATES
    if gate not in GATES:
        GATES = (*GATES, gate)


def register_doubt(gate: Gate) -> None:
    """Add a check that two people can override; adding it again changes nothing."""
    global DOUBTS
    if gate not in DOUBTS:
        DOUBTS = (*DOUBTS, gate)


def problems(consultation: Consultation) -> list[str]:
    """Everything that stops a launch."""
    return [sentence for gate in GATES for sentence in gate(consultation)]


def doubts(consultation: Consultation) -> list[Doubt]:
    """What needs a reason, and a second person who accepts it, before launch."""
    found = ((gate.__name__, tuple(gate(consultation))) for gate in DOUBTS)
    return [Doubt(code, sentences) for code, sentences in found if sentences]
