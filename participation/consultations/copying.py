"""A new draft from a consultation that was held before: its texts, services, options and the lengths of its phases.

The lines and steps of a budget, questions beside the ballot, and the languages it is needed in come along; what features above
know (who may take part, how the vote is set up) they copy themselves (`register_companion`). Sign-offs of cards and of steps are
left behind, because they are for figures of another year: a copy cannot be launched before finance signed its steps off anew.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from participation import clock
from participation.consultations import editions, service
from participation.consultations import options as option_service
from participation.consultations.beside import QuestionDraft, add_question
from participation.consultations.drafts import Draft, OptionDraft, Period
from participation.consultations.models import BudgetStep, Consultation
from participation.consultations.moments import uk_moment
from participation.consultations.queries import questions_of

# The copy's first phase opens so long from today, so that there is time to edit and to approve it.
OPENS_IN = timedelta(days=28)
LONGEST_TITLE = 150

Companion = Callable[[Consultation, Consultation, int | None], None]
COMPANIONS: tuple[Companion, ...] = ()


def register_companion(companion: Companion) -> None:
    """Add what a feature above copies: (source, copy, actor); adding it again changes nothing."""
    global COMPANIONS
    if companion not in COMPANIONS:
        COMPANIONS = (*COMPANIONS, companion)


def copy(*, consultation: Consultation, actor_id: int | None) -> Consultation:
    """Copy a consultation into a draft. Dates move together; times of day in the UK stay, also over a change of the clocks."""
    opens = min((phase.opens_at.astimezone(clock.UK).date() for phase in consultation.phases), default=clock.today())
    moved = clock.today() + OPENS_IN - opens
    draft = Draft(
        title=f"Copy of {consultation.title}"[:LONGEST_TITLE], summary=consultation.summary, background=consultation.background,
        what_can_change=consultation.what_can_change, what_cannot_change=consultation.what_cannot_change,
        influence=consultation.influence, cycle_step=consultation.cycle_step, decision_maker=consultation.decision_maker,
        decision_date=consultation.decision_date + moved, services=tuple(group.code for group in consultation.services),
        phases={phase.kind: _moved(Period(phase.opens_at, phase.closes_at), moved) for phase in consultation.phases},
        equality_note=consultation.equality_note, minimum_age=consultation.minimum_age, moderation=consultation.moderation,
    )  # fmt: skip
    made = service.create(council_id=consultation.council_id, draft=draft, actor_id=actor_id)
    for option in consultation.options:
        option_service.add_option(
            consultation=made, version=made.version, actor_id=actor_id, code=option.code,
            draft=OptionDraft(
                title=option.title, description=option.description, cost_pence=option.cost_pence,
                group_code=option.group.code if option.group else None, ward_code=option.ward.code if option.ward else None,
                delivery_model=option.delivery_model, card=option.card, one_off_pence=option.one_off_pence,
                yearly_pence=option.yearly_pence,
            ),
        )  # fmt: skip
    # Options may be linked to ones that stand below them, so links come when all are there. Sign-offs are for new figures.
    for copied, option in zip(made.options, consultation.options, strict=True):
        copied.needs, copied.excludes = list(option.needs), list(option.excludes)
        copied.is_income, copied.limits_reason = option.is_income, option.limits_reason
        copied.least_pence, copied.most_pence = option.least_pence, option.most_pence
        copied.steps = [
            BudgetStep(change_pence=step.change_pence, consequence=step.consequence) for step in option.steps
        ]
    for question in questions_of(consultation.id):
        draft_of = QuestionDraft(kind=question.kind, words=question.words, choices=tuple(question.choices))
        add_question(consultation=made, draft=draft_of, version=made.version, actor_id=actor_id)
    editions.need(consultation=made, codes=[edition.code for edition in consultation.editions])
    for companion in COMPANIONS:
        companion(consultation, made, actor_id)
    return made


def _moved(period: Period, by: timedelta) -> Period:
    ends = []
    for moment in (period.opens_at, period.closes_at):
        local = moment.astimezone(clock.UK)
        try:
            ends.append(uk_moment(local.date() + by, local.time().replace(fold=0)))
        except ValueError:  # the clocks skip this time on the new day
            ends.append(uk_moment(local.date() + by, (local + timedelta(hours=1)).time()))
    return Period(ends[0], ends[1])
