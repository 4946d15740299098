"""What every page of a vote begins with: the blueprint of its public pages, and the vote of the address."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from flask import g, render_template
from flask_login import current_user

from participation import clock
from participation.consultations.lifecycle import PhaseLike, Stage, phase_of, shows_results, stage_of
from participation.consultations.models import Consultation
from participation.consultations.queries import consultation_by_slug
from participation.councils.scope import council_blueprint
from participation.counting.ballots import Limits
from participation.voting import ballot_box, hours, queries, roll
from participation.voting.ballot_box import Deposit
from participation.voting.definition import Definition, definition_of
from participation.voting.models import Vote

blueprint = council_blueprint("voting", "participation.voting", "/consultations/<slug>")


@dataclass(frozen=True)
class Here:
    """What every page of a vote is about, and whether votes are taken at this moment (by our clock, for showing only)."""

    consultation: Consultation
    vote: Vote
    definition: Definition
    stage: Stage

    @property
    def is_open(self) -> bool:
        return self.stage is Stage.VOTING and self.vote.status in hours.OPEN_STATES

    @property
    def shows_result(self) -> bool:
        """Whether the registry of what each stage allows lets anybody see the result."""
        return shows_results(self.consultation, clock.now())

    @property
    def phase(self) -> PhaseLike | None:
        return phase_of(self.consultation, "vote")

    @property
    def deposit(self) -> Deposit | None:
        """What the box holds of the visitor."""
        return ballot_box.deposit_of(self.vote.id, current_user.account_id)

    @cached_property
    def limits(self) -> Limits:
        """The limits of the visitor's own ballot: in a vote by area they follow from their ward."""
        limits = self.definition.limits
        if limits.areas is None:
            return limits
        return roll.limits_for(limits, roll.resident_of(self.vote.id, current_user.account_id))


def here(slug: str, *, details: bool = False) -> Here:
    """The vote of the address; with `details` the words about each option too. Raises ConsultationNotFound, VoteNotFound."""
    consultation, vote = queries.vote_in_brief(g.council_id, slug)
    if details or vote.definition is None:
        consultation = consultation_by_slug(g.council_id, slug)
    return Here(consultation, vote, definition_of(vote, consultation), stage_of(consultation, clock.now()))


def page(template: str, at: Here, **values: object) -> str:
    """A page of this vote."""
    return render_template(
        f"voting/{template}.html",
        at=at, consultation=at.consultation, vote=at.vote, definition=at.definition, phase=at.phase, **values,
    )  # fmt: skip
