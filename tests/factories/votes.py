"""Votes for tests: set up, launched, cast, closed, opened and counted in few words."""

from __future__ import annotations

import secrets
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from participation import clock
from participation.accounts.models import Account
from participation.consultations.models import Consultation
from participation.extensions import db
from participation.transactions import transaction
from participation.voting import box_log, sequencer, service
from participation.voting.ballot_box import Acknowledged
from participation.voting.custody import holders
from participation.voting.definition import definition_of
from participation.voting.models import Vote
from participation.voting.queries import vote_of
from participation.voting.service import VoteDraft
from tests.factories.world import World


class Voting:
    """One vote of the world's council: option N costs N × £10,000 and there is money for the first four."""

    def __init__(self, world: World, slug: str = "spending", *, options: int = 5, launched: bool = True, **draft: Any):
        self.world, self.slug = world, slug
        self.council_id = world.here.id
        self._id = world.consultation(slug, vote=(-1, 1), options=options, state="draft", launched_at=None).id
        values: dict[str, Any] = {
            "ballot_type": "approval", "budget_pence": 10_000_000, "max_total_pence": 10_000_000, "rule": "greedy",
        }  # fmt: skip
        self.set_up(**{**values, **draft})
        if launched:
            self.launch()

    def set_up(self, **draft: Any) -> None:
        """Set the vote of the draft up, or anew. Voters are made as they vote: unless told otherwise they may register late."""
        values: dict[str, Any] = {"late_registration": True, **draft}
        with transaction():
            service.set_up(consultation=self.consultation, draft=VoteDraft(**values), actor_id=None)

    def launch(self) -> None:
        with transaction():
            consultation = self.consultation
            consultation.state, consultation.launched_at = "launched", clock.now()

    def share_key(self) -> dict[int, str]:
        """Three new key-holders of the draft with rehearsed phrases; the phrases by account."""
        officer = self.world.staff("moderator").id
        three = [self.world.staff("key-holder").id for _ in range(3)]
        with transaction():
            holders.name_holders(consultation=self.consultation, account_ids=three, actor_id=officer)
            phrases = {one: holders.make_phrase(consultation=self.consultation, account_id=one) for one in three}
            for one, phrase in phrases.items():
                holders.rehearse(consultation=self.consultation, account_id=one, phrase=phrase)
        return phrases

    @property
    def consultation(self) -> Consultation:
        return db.session.get_one(Consultation, self._id)

    @property
    def vote(self) -> Vote:
        return vote_of(self.consultation.id)

    @property
    def url(self) -> str:
        return f"/{self.world.here.slug}/consultations/{self.slug}/vote"

    @property
    def manage_url(self) -> str:
        return f"/{self.world.here.slug}/manage/consultations/{self.slug}/vote"

    def cast(
        self, account: Account | int, *positions: int, nonce: str | None = None, seen_revision: int = 0
    ) -> Acknowledged:
        """Cast an approval ballot for the options at these listed positions (from 0)."""
        return self.send(
            account,
            {f"approval-{position}": ["on"] for position in positions},
            nonce=nonce,
            seen_revision=seen_revision,
        )

    def send(
        self, account: Account | int, sent: dict[str, list[str]], *, nonce: str | None = None, seen_revision: int = 0
    ) -> Acknowledged:
        account_id = account if isinstance(account, int) else account.id
        with transaction():
            return service.cast_ballot(
                consultation=self.consultation,
                account_id=account_id,
                sent=sent,
                nonce=nonce or secrets.token_hex(16),
                seen_revision=seen_revision,
                declares_age=False,
            )

    def cast_many(self, number: int, positions: tuple[int, ...] = (0,)) -> list[Acknowledged]:
        """So many new residents, each with a ballot for the same options."""
        return [self.cast(self.world.resident(), *positions) for _ in range(number)]

    def after_close(self) -> AbstractContextManager[None]:
        """The clock two days from now, when the vote is over."""
        return clock.frozen_at(clock.now() + timedelta(days=2))

    def reschedule(self, opens: int, closes: int) -> None:
        """The vote now opens and closes so many hours from now; once it is fixed, with the line in its log that says so."""
        with transaction():
            phase, vote = self.consultation.phases[0], self.vote
            phase.opens_at = clock.now() + timedelta(hours=opens)
            phase.closes_at = clock.now() + timedelta(hours=closes)
            if vote.definition is not None:
                box_log.hold(vote.id)
                sequencer.act(vote, "extend", {"until": phase.closes_at.isoformat()})

    def close_and_open(self) -> None:
        with self.after_close(), transaction():
            service.open_box(consultation=self.consultation, actor_id=None)

    def count(self) -> None:
        with transaction():
            service.count(consultation=self.consultation, actor_id=None)

    def finish(self) -> None:
        """Over, opened, counted and published."""
        self.close_and_open()
        self.count()
        with transaction():
            service.publish(consultation=self.consultation, actor_id=None)

    @property
    def definition_text(self) -> str:
        return definition_of(self.vote, self.consultation).text


def rows(table: str) -> list[dict[str, Any]]:
    """All rows of a table in the order of its key, as the database has them now, past the session."""
    named = db.metadata.tables[table]
    with db.engine.connect() as connection:
        return [dict(row) for row in connection.execute(named.select().order_by(*named.primary_key)).mappings()]
