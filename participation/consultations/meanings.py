"""What the coded answers of a consultation mean, in the words of its pages: one place for forms, pages and exports."""

from __future__ import annotations

from dataclasses import dataclass

from participation.budgets.taxonomy import delivery_models


@dataclass(frozen=True, slots=True)
class Meaning:
    """A code, its short `label` and one `sentence` that explains it, in Welsh too where mails say it."""

    code: str
    label: str
    sentence: str
    welsh: str = ""


def _by_code(*meanings: Meaning) -> dict[str, Meaning]:
    return {meaning.code: meaning for meaning in meanings}


# How far answers go: the steps of the IAP2 spectrum that a council keeps control of.
INFLUENCE = _by_code(
    Meaning("inform", "We are telling you", "We explain what is planned. Your answers help us explain it better."),
    Meaning("consult", "We are asking you", "Councillors read what you say before they decide."),
    Meaning("involve", "We are working it out with you", "What you say shapes the choices councillors are given."),
    Meaning(
        "collaborate",
        "We will follow you where we can",
        "Councillors start from your answer and say why if they differ.",
    ),
)

# The commissioning cycle, in the words for residents (UK notes, section 1).
CYCLE_STEPS = _by_code(
    Meaning("understand", "Finding out what is needed", "We do not have plans yet."),
    Meaning("plan", "Choosing between plans", "We have worked out what is possible and what it costs."),
    Meaning("do", "Arranging the service", "The plan is agreed. We are working out how it is delivered."),
    Meaning("review", "Looking at how it went", "The service is running. We want to know how it works for you."),
)

# Whether the council's mind is still open (R v Brent LBC ex p Gunning: consult at a formative stage).
DECIDED_SO_FAR = _by_code(
    Meaning("nothing", "Nothing has been decided", "The council has not decided anything about this yet."),
    Meaning(
        "preferred",
        "The council prefers one way, and can still change its mind",
        "The council says below which way it prefers. It can still change its mind.",
    ),
    Meaning("decided", "The council has decided", "The council has decided this already."),
)

MODERATION = _by_code(
    Meaning("pre", "A moderator reads each one first", "Residents see it once a moderator has published it."),
    Meaning("post", "Shown at once, read afterwards", "Residents see it as soon as it is sent."),
)

# Reasons are codes, because they go into the public record, which holds no free text.
CLOSING_REASONS = _by_code(
    Meaning(
        "answered-enough", "Everybody we could reach has answered", "Everybody the council could reach has answered."
    ),
    Meaning(
        "decision-moved", "The decision has to be made earlier", "The decision has to be made earlier than planned."
    ),
    Meaning(
        "election", "An election was called", "An election was called, and the council must not run this before it."
    ),
    Meaning("mistake", "There was a mistake in what we asked", "There was a mistake in what the council asked."),
    Meaning(
        "overtaken", "Events have overtaken the question", "Something happened that made the question out of date."
    ),
)


# Provider-neutral words for who would deliver a service, by the code an option keeps.
DELIVERY_MODELS = _by_code(*(Meaning(model.code, model.label, f"{model.description}.") for model in delivery_models()))
