"""What commissioners of the demonstration did: themes named and corrected, quotes cleared, summaries signed and cited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from participation import clock
from participation.accounts.models import Account
from participation.cli.demo.content import EvidenceContent, QuoteContent, RecordContent, ThemeContent
from participation.commissioning import citing, policy, queries
from participation.commissioning import service as summaries
from participation.commissioning.themes import quoting
from participation.commissioning.themes import service as themes
from participation.commissioning.themes.models import Theme
from participation.consultations.models import Consultation
from participation.consultations.queries import services_of
from participation.councils.models import Council
from participation.extensions import db
from participation.priorities import outcomes
from participation.priorities.models import Priority


@dataclass(frozen=True, slots=True)
class Evidence:
    """Plays the commissioners' part, as the two people who do it."""

    council: Council
    commissioner: Account
    moderator: Account
    content: EvidenceContent

    def code(self, at: datetime) -> None:
        """Name themes, put needs under them, correct a name, merge two, and ask for quotes."""
        with clock.frozen_at(at):
            made = {one.name: self._theme(one) for one in self.content.themes}
            for one in self.content.themes:
                if one.into and made[one.name] is not None and (kept := made[one.into]) is not None:
                    self._merge(made[one.name], kept)
            for quote in self.content.quotes:
                self._quote(quote)

    def _theme(self, content: ThemeContent) -> Theme | None:
        """The theme with its needs; None where nobody wrote any of them."""
        read, accepted = self._needs(content, content.needs), self._needs(content, content.accepted)
        if not read:
            return None
        group = next(one for one in services_of(self.council.id) if one.code == content.group)
        who, now = self.commissioner.id, clock.now()
        theme = themes.create(
            group=group,
            name=content.first_name or content.name,
            name_cy=content.name_cy,
            definition=content.definition,
            account_id=who,
            now=now,
        )
        themes.assign(theme=theme, needs=read, how="read", account_id=who, now=now)
        if accepted:
            themes.assign(theme=theme, needs=accepted, how="accepted", account_id=who, now=now)
        if content.first_name:
            theme = themes.rename(
                council_id=self.council.id,
                public_id=theme.public_id,
                version=theme.version,
                name=content.name,
                name_cy=content.name_cy,
                definition=content.definition,
                account_id=who,
                now=now,
            )
        return theme

    def _needs(self, content: ThemeContent, titles: tuple[str, ...]) -> list[Priority]:
        query = (
            select(Priority)
            .join(Consultation, Consultation.id == Priority.consultation_id)
            .where(
                Consultation.council_id == self.council.id, Priority.title.in_(titles), Priority.state == "published"
            )
            .order_by(Priority.id)
        )
        return [need for need in db.session.scalars(query) if need.group.code == content.group]

    def _merge(self, theme: Theme | None, kept: Theme) -> None:
        assert theme is not None
        themes.merge(
            council_id=self.council.id,
            public_id=theme.public_id,
            version=theme.version,
            into=kept.public_id,
            account_id=self.commissioner.id,
            now=clock.now(),
        )

    def _quote(self, content: QuoteContent) -> None:
        query = select(Priority).where(Priority.title == content.title, Priority.state == "published")
        need = db.session.scalars(query.order_by(Priority.id)).first()
        if need is None:
            return
        asked = quoting.ask(need=need, words=content.words, account_id=self.commissioner.id, now=clock.now())
        if content.cleared:
            quoting.decide(
                quote=asked, council_id=self.council.id, clear=True, account_id=self.moderator.id, now=clock.now()
            )

    def sign(self, consultation: Consultation, content: RecordContent, at: datetime) -> None:
        """Freeze what there is of a consultation at a moment, and tie decisions to its figures."""
        with clock.frozen_at(at):
            read = summaries.preview(consultation, version=summaries.next_version(consultation.id), now=clock.now())
            made = summaries.freeze(
                council_id=self.council.id,
                slug=consultation.slug,
                account_id=self.commissioner.id,
                signed=policy.figures_digest(read),
                now=clock.now(),
                contrary=content.contrary,
                limits=content.limits,
            )
            for option, figure in content.cites:
                line = outcomes.line_of(consultation, f"option-{option}")
                assert line and line.outcome, option
                citing.cite(
                    made=queries.record_by_version(consultation.id, made.version),
                    figure=figure,
                    outcome_id=line.outcome.id,
                    account_id=self.commissioner.id,
                    now=clock.now(),
                )
