"""What moderators fill in for a consultation. Checks of shape only: what must be true before launch is in `gates`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from wtforms.validators import ValidationError

from participation.budgets.models import ServiceGroup
from participation.consultations.blueprints import Blueprint
from participation.consultations.drafts import Draft, Period
from participation.consultations.lifecycle import PHASE_TYPES
from participation.consultations.meanings import (
    CYCLE_STEPS,
    DECIDED_SO_FAR,
    INFLUENCE,
    MODERATION,
    Meaning,
)
from participation.consultations.models import Consultation
from participation.consultations.moments import in_uk, time_of, time_text, uk_moment
from participation.web.fields import VersionField
from participation.web.forms import (
    Form,
    as_choices,
    at_most,
    between,
    checkboxes,
    date_parts,
    long_text,
    needed,
    radios,
    text,
    whole_number,
)

TIME_HINT = "UK time, for example 9am or 5:30pm"
# Fields that are called the same in the form, in a draft and in the model.
SAME_NAMES = (
    "title", "summary", "background", "what_can_change", "what_cannot_change", "influence", "cycle_step", "decision_maker",
    "decision_date", "equality_note", "decided_so_far", "minimum_age", "moderation",
)  # fmt: skip


def _explained(meanings: dict[str, Meaning]) -> list[tuple[str, str]]:
    return [(meaning.code, f"{meaning.label}. {meaning.sentence}") for meaning in meanings.values()]


def _time(label: str) -> Any:
    return text(label, hint=TIME_HINT, rules=[is_time], width="10")


def is_time(_form: Any, field: Any) -> None:
    if field.data:
        try:
            time_of(field.data)
        except ValueError:
            raise ValidationError("Enter a time, like 9am or 5:30pm") from None


class ConsultationForm(Form):
    """A whole consultation without its options. A phase without dates does not take place.

    A draft may have gaps: what must be there before the launch is said by the gates, all at once.
    """

    title = text(
        "Title",
        hint="As a question or a task, for example “How should we spend the neighbourhood fund?”",
        rules=[needed("Enter a title"), at_most(150, "The title must be 150 characters or fewer")],
    )
    summary = long_text("Summary", hint="One or two sentences for lists.", limit=400)
    background = long_text(
        "Why you are asking",
        limit=6000,
        hint="What the council knows, what it costs, and which other ways it considered.",
    )
    what_can_change = long_text(
        "What can change",
        hint="What residents’ answers can influence.",
        limit=3000,
    )
    what_cannot_change = long_text(
        "What cannot change",
        hint="What the law or an earlier decision has settled.",
        limit=3000,
    )
    equality_note = long_text(
        "Who is affected more than others",
        limit=3000,
        hint="How the council considered people who share a protected characteristic, and what it does about it. "
        "Residents read this.",
    )
    decided_so_far = radios(
        "What has been decided so far",
        [(meaning.code, meaning.label) for meaning in DECIDED_SO_FAR.values()],
        hint="Needed before the launch. Once it is decided, there is nothing to consult on.",
    )
    services = checkboxes("Services this is about")
    influence = radios("How far answers go", _explained(INFLUENCE), rules=[needed("Choose how far answers go")])
    cycle_step = radios("Where you are", _explained(CYCLE_STEPS), rules=[needed("Choose where you are")])
    decision_maker = text(
        "Who decides",
        hint="For example, Cabinet.",
        width="20",
        rules=[at_most(120, "Who decides must be 120 characters or fewer")],
    )
    decision_date = date_parts(
        "When they decide",
        hint="After the last closing date, for example 27 3 2027.",
        rules=[needed("Enter when they decide")],
    )
    gather_opens_day = date_parts("Needs: first day")
    gather_opens_time = _time("Needs: opens at")
    gather_closes_day = date_parts("Needs: last day")
    gather_closes_time = _time("Needs: closes at")
    shape_opens_day = date_parts("Discussion: first day")
    shape_opens_time = _time("Discussion: opens at")
    shape_closes_day = date_parts("Discussion: last day")
    shape_closes_time = _time("Discussion: closes at")
    vote_opens_day = date_parts("Vote: first day")
    vote_opens_time = _time("Vote: opens at")
    vote_closes_day = date_parts("Vote: last day")
    vote_closes_time = _time("Vote: closes at")
    minimum_age = whole_number(
        "Youngest age that can take part",
        hint="0 if there is none.",
        rules=[needed("Enter the youngest age"), between(0, 120, "The youngest age must be from 0 to 120")],
    )
    moderation = radios(
        "When what residents write is shown",
        _explained(MODERATION),
        rules=[needed("Choose when what residents write is shown")],
    )
    version = VersionField()

    def offer(self, services: list[ServiceGroup]) -> None:
        self.services.choices = as_choices((group.code, group.plain_name) for group in services)

    def begin(self, blueprint: Blueprint, today: date) -> None:
        """Fill in what a purpose suggests; everything can be edited."""
        for name in SAME_NAMES:
            if hasattr(blueprint, name):
                self[name].data = getattr(blueprint, name)
        for name, day in blueprint.dates(today).items():
            self[name].data = day

    def suggest(self) -> None:
        """Sensible values for a new draft."""
        self.influence.data, self.cycle_step.data, self.moderation.data = "consult", "understand", "pre"
        self.minimum_age.data = 16
        for phase_type in PHASE_TYPES:
            self[f"{phase_type.kind}_opens_time"].data = "9am"
            self[f"{phase_type.kind}_closes_time"].data = "5pm"

    def show(self, consultation: Consultation) -> None:
        """Fill in what a consultation says now."""
        self.suggest()
        for name in (*SAME_NAMES, "version"):
            self[name].data = getattr(consultation, name)
        self.services.data = [group.code for group in consultation.services]
        for phase in consultation.phases:
            for end, moment in (("opens", phase.opens_at), ("closes", phase.closes_at)):
                self[f"{phase.kind}_{end}_day"].data = in_uk(moment).date()
                self[f"{phase.kind}_{end}_time"].data = time_text(moment)

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        for phase_type in PHASE_TYPES:
            valid = self._period_is_whole(phase_type.kind) and valid
        return valid

    def _period_is_whole(self, kind: str) -> bool:
        """Both days and both times, or no day at all; and the end after the beginning."""
        if not self._takes_place(kind):
            return True
        names = (f"{kind}_opens_day", f"{kind}_opens_time", f"{kind}_closes_day", f"{kind}_closes_time")
        for name in names:
            if self[name].data in (None, "") and not self[name].errors:
                self[name].errors = [
                    f"Enter {'a date' if name.endswith('day') else 'a time'} for “{self[name].label.text}”"
                ]
        if any(self[name].errors for name in names):
            return False
        opens, closes = self._moment(kind, "opens"), self._moment(kind, "closes")
        if opens and closes and closes <= opens:
            self[f"{kind}_closes_day"].errors = ["It must close after it opens"]
        return not any(self[name].errors for name in names)

    def _takes_place(self, kind: str) -> bool:
        return any(self[f"{kind}_{end}_day"].data or self[f"{kind}_{end}_day"].errors for end in ("opens", "closes"))

    def _moment(self, kind: str, end: str) -> datetime | None:
        on, at = self[f"{kind}_{end}_day"], self[f"{kind}_{end}_time"]
        try:
            return uk_moment(on.data, time_of(at.data))
        except ValueError:
            at.errors = ["The clocks change that night and skip this time. Choose another one"]
            return None

    def draft(self) -> Draft:
        """What was typed; call after `validate` said yes."""
        phases = {}
        for phase_type in PHASE_TYPES:
            if self._takes_place(phase_type.kind):
                opens, closes = self._moment(phase_type.kind, "opens"), self._moment(phase_type.kind, "closes")
                if opens is not None and closes is not None:
                    phases[phase_type.kind] = Period(opens, closes)
        answers: dict[str, Any] = self.data
        texts = {name: answers[name] for name in SAME_NAMES} | {"decided_so_far": answers["decided_so_far"] or ""}
        return Draft(services=tuple(answers["services"]), phases=phases, **texts)


def differences(mine: Form, theirs: Form) -> list[tuple[str, str]]:
    """What the saved version says where a typed form says something else: (label, their value) of each such field."""
    return [
        (str(field.label.text), _shown(theirs[field.name]))
        for field in mine
        if field.name not in ("version", "csrf_token") and field.data != theirs[field.name].data
    ]


def _shown(field: Any) -> str:
    """A value in the words of its form."""
    choices = (
        {str(code): str(label) for code, label, *_ in field.iter_choices()} if hasattr(field, "iter_choices") else {}
    )
    if isinstance(field.data, list):
        return ", ".join(str(choices.get(code, code)) for code in field.data) or "nothing"
    if choices:
        return choices.get(field.data, "nothing")
    return str(field._value()) or "nothing"
