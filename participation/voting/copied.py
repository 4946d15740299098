"""How a vote was set up, taken over into a copy of its consultation. Never its key, its key-holders or a ballot."""

from __future__ import annotations

import json

from participation.consultations.models import Consultation
from participation.errors import Refusal
from participation.voting import service
from participation.voting.custody import kinds
from participation.voting.queries import find_vote
from participation.voting.service import VoteDraft


def copy_set_up(source: Consultation, made: Consultation, actor_id: int | None) -> None:
    """Set the copy's vote up like the source's; not at all where that would be refused today, so that staff do it anew."""
    vote = find_vote(source.id)
    if vote is None:
        return
    draft = VoteDraft(
        ballot_type=vote.ballot_type, budget_pence=vote.budget_pence, rule=vote.rule,
        settings=json.loads(vote.rule_settings), ties=vote.ties, min_choices=vote.min_choices, max_choices=vote.max_choices,
        max_total_pence=vote.max_total_pence, max_points=vote.max_points, balanced=vote.balanced,
        area_reach=vote.area_reach, area_wards=vote.area_wards, ward_money_pence=vote.ward_money_pence,
        area_leftover=vote.area_leftover, custody=vote.custody if vote.custody in kinds.offered() else None,
    )  # fmt: skip
    try:
        service.set_up(consultation=made, draft=draft, actor_id=actor_id)
    except Refusal:
        return
