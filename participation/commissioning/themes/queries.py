"""Loaders of themes, of what is under them and of what is not under any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from participation.budgets.models import ServiceGroup
from participation.commissioning.themes.models import Quote, Theme, ThemeAssignment, ThemeChange
from participation.commissioning.themes.refusals import QuoteNotFound, ThemeNotFound
from participation.consultations.models import Consultation
from participation.extensions import db
from participation.priorities.models import OwnWords, PrioritySupport

PUBLISHED, OPEN, READ = "published", "open", "read"


@dataclass(frozen=True, slots=True)
class ThemeCount:
    """How many published needs are under a theme, and how many of them a person read one by one."""

    needs: int = 0
    read: int = 0


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a service is: published needs in all, under a theme, and open themes."""

    needs: int
    coded: int
    themes: int


def _needs_of(group_id: int) -> Select[OwnWords]:
    """Published needs about a service, in consultations that were launched."""
    return (
        select(OwnWords)
        .join(Consultation, Consultation.id == OwnWords.consultation_id)
        .where(OwnWords.group_id == group_id, OwnWords.state == PUBLISHED, Consultation.state == "launched")
    )


def coverage(council_id: int) -> dict[int, Coverage]:
    """By service of the council: how far the coding is. Three queries."""
    base = (
        select(OwnWords.group_id, func.count(OwnWords.id.distinct()))
        .join(Consultation, Consultation.id == OwnWords.consultation_id)
        .where(Consultation.council_id == council_id, Consultation.state == "launched", OwnWords.state == PUBLISHED)
        .group_by(OwnWords.group_id)
    )
    needs = dict(db.session.execute(base).all())
    coded = dict(db.session.execute(base.join(ThemeAssignment, ThemeAssignment.priority_id == OwnWords.id)).all())
    query = select(Theme.group_id, func.count()).where(Theme.council_id == council_id, Theme.state == OPEN)
    themes = dict(db.session.execute(query.group_by(Theme.group_id)).all())
    return {
        group: Coverage(needs.get(group, 0), coded.get(group, 0), themes.get(group, 0)) for group in {*needs, *themes}
    }


def themes_of(group_id: int) -> list[Theme]:
    """The open themes of a service, by name."""
    query = select(Theme).where(Theme.group_id == group_id, Theme.state == OPEN).order_by(Theme.name, Theme.id)
    return list(db.session.scalars(query))


def theme_by_public_id(council_id: int, public_id: str, *, lock: bool = False) -> Theme:
    """Raises ThemeNotFound."""
    query = select(Theme).where(Theme.council_id == council_id, Theme.public_id == public_id)
    query = query.with_for_update() if lock else query.options(joinedload(Theme.group))
    found = db.session.execute(query).scalar_one_or_none()
    if found is None:
        raise ThemeNotFound()
    return found


def is_named(group_id: int, name: str, *, but: int | None = None) -> bool:
    """Whether a theme of the service has or had that name."""
    query = select(Theme.id).where(Theme.group_id == group_id, func.lower(Theme.name) == name.lower())
    return db.session.scalar(query.where(Theme.id != but) if but is not None else query) is not None


def counts(theme_ids: Sequence[int]) -> dict[int, ThemeCount]:
    """By theme: its published needs."""
    read = func.count().filter(ThemeAssignment.how == READ)
    query = (
        select(ThemeAssignment.theme_id, func.count(), read)
        .join(OwnWords, OwnWords.id == ThemeAssignment.priority_id)
        .where(ThemeAssignment.theme_id.in_(theme_ids), OwnWords.state == PUBLISHED)
        .group_by(ThemeAssignment.theme_id)
    )
    return {row[0]: ThemeCount(row[1], row[2]) for row in db.session.execute(query)}


def needs_under(theme_id: int) -> Select[OwnWords]:
    """Published needs under a theme, newest first; for `paged`."""
    return (
        select(OwnWords)
        .join(ThemeAssignment, ThemeAssignment.priority_id == OwnWords.id)
        .where(ThemeAssignment.theme_id == theme_id, OwnWords.state == PUBLISHED)
        .options(joinedload(OwnWords.consultation))
        .order_by(OwnWords.submitted_at.desc(), OwnWords.id.desc())
    )


def without_theme(group_id: int) -> Select[OwnWords]:
    """Published needs about a service that are under no theme, oldest first; for `paged`."""
    under = select(ThemeAssignment.priority_id).where(ThemeAssignment.priority_id == OwnWords.id).exists()
    return (
        _needs_of(group_id)
        .where(~under)
        .options(joinedload(OwnWords.consultation))
        .order_by(OwnWords.submitted_at, OwnWords.id)
    )


def coded_texts(group_id: int, most: int) -> dict[str, tuple[str, str]]:
    """The latest needs people coded: public id -> (text, public id of one theme)."""
    query = (
        select(OwnWords.public_id, OwnWords.title, OwnWords.need, func.min(Theme.public_id))
        .join(ThemeAssignment, ThemeAssignment.priority_id == OwnWords.id)
        .join(Theme, Theme.id == ThemeAssignment.theme_id)
        .where(
            Theme.group_id == group_id, Theme.state == OPEN, OwnWords.state == PUBLISHED, ThemeAssignment.how == READ
        )
        .group_by(OwnWords.id, OwnWords.public_id, OwnWords.title, OwnWords.need)
        .order_by(OwnWords.id.desc())
        .limit(most)
    )
    return {name: (f"{title}. {need}", theme) for name, title, need, theme in db.session.execute(query)}


def needs_by_public_id(group_id: int, public_ids: Sequence[str]) -> list[OwnWords]:
    """The published needs of a service with these names, in order of their ids; unknown names are left out."""
    query = _needs_of(group_id).where(OwnWords.public_id.in_(public_ids)).order_by(OwnWords.id)
    return list(db.session.scalars(query))


def changes(theme_id: int, most: int = 30) -> list[ThemeChange]:
    """What was done with a theme, newest first."""
    query = (
        select(ThemeChange)
        .where(ThemeChange.theme_id == theme_id)
        .options(joinedload(ThemeChange.person))
        .order_by(ThemeChange.id.desc())
        .limit(most)
    )
    return list(db.session.scalars(query))


def quotes_of(priority_ids: Sequence[int]) -> dict[int, Quote]:
    """By need: its quote, waiting, cleared or refused, of the version that is shown."""
    query = (
        select(Quote)
        .join(OwnWords, OwnWords.id == Quote.priority_id)
        .where(Quote.priority_id.in_(priority_ids), Quote.priority_version == OwnWords.version)
    )
    return {quote.priority_id: quote for quote in db.session.scalars(query)}


def waiting_quotes(council_id: int) -> Select[Quote]:
    """Quotes that wait for a moderator, oldest first; for `paged`."""
    return (
        select(Quote)
        .join(OwnWords, OwnWords.id == Quote.priority_id)
        .join(Consultation, Consultation.id == OwnWords.consultation_id)
        .where(
            Consultation.council_id == council_id,
            Quote.state == "waiting",
            Quote.priority_version == OwnWords.version,
            OwnWords.state == PUBLISHED,
        )
        .options(joinedload(Quote.priority).joinedload(OwnWords.consultation))
        .order_by(Quote.asked_at, Quote.priority_id)
    )


def quote_about(council_id: int, public_id: str) -> Quote:
    """The waiting quote of a need. Raises QuoteNotFound."""
    found = db.session.execute(waiting_quotes(council_id).where(OwnWords.public_id == public_id)).scalar_one_or_none()
    if found is None:
        raise QuoteNotFound()
    return found


@dataclass(frozen=True, slots=True)
class ThemeFigures:
    """A theme of one consultation: its needs, those read one by one, and the distinct people who support any of them."""

    theme: Theme
    needs: int
    read: int
    supporters: int


def figures(consultation_id: int) -> list[ThemeFigures]:
    """Open themes with published needs of a consultation, by public id. Two queries."""
    read = func.count().filter(ThemeAssignment.how == READ)
    under = (
        select(ThemeAssignment.theme_id, func.count(), read)
        .join(OwnWords, OwnWords.id == ThemeAssignment.priority_id)
        .where(OwnWords.consultation_id == consultation_id, OwnWords.state == PUBLISHED)
        .group_by(ThemeAssignment.theme_id)
    )
    needs = {row[0]: (row[1], row[2]) for row in db.session.execute(under)}
    people = (
        select(ThemeAssignment.theme_id, func.count(PrioritySupport.account_id.distinct()))
        .join(OwnWords, OwnWords.id == ThemeAssignment.priority_id)
        .join(PrioritySupport, PrioritySupport.priority_id == OwnWords.id)
        .where(
            OwnWords.consultation_id == consultation_id, OwnWords.state == PUBLISHED, PrioritySupport.apart.is_(False)
        )
        .group_by(ThemeAssignment.theme_id)
    )
    supporters = dict(db.session.execute(people).all())
    query = (
        select(Theme)
        .where(Theme.id.in_(list(needs)), Theme.state == OPEN)
        .options(joinedload(Theme.group))
        .order_by(Theme.public_id)
    )
    return [ThemeFigures(theme, *needs[theme.id], supporters.get(theme.id, 0)) for theme in db.session.scalars(query)]


def cleared_quotes(consultation_id: int) -> list[tuple[int, str, str, int | None]]:
    """(theme, need, words, ward it is about) of every cleared quote whose need still says the same."""
    query = (
        select(ThemeAssignment.theme_id, OwnWords.public_id, Quote.words, OwnWords.ward_id)
        .join(Quote, Quote.priority_id == ThemeAssignment.priority_id)
        .join(OwnWords, OwnWords.id == Quote.priority_id)
        .where(
            OwnWords.consultation_id == consultation_id,
            OwnWords.state == PUBLISHED,
            Quote.state == "cleared",
            Quote.priority_version == OwnWords.version,
        )
        .order_by(ThemeAssignment.theme_id, OwnWords.public_id)
    )
    return [(row[0], row[1], row[2], row[3]) for row in db.session.execute(query)]


def published_need(council_id: int, public_id: str) -> OwnWords:
    """A published need of the council. Raises QuoteNotFound."""
    found = db.session.execute(
        select(OwnWords)
        .join(Consultation, Consultation.id == OwnWords.consultation_id)
        .where(Consultation.council_id == council_id, OwnWords.public_id == public_id, OwnWords.state == PUBLISHED)
        .options(joinedload(OwnWords.consultation), joinedload(OwnWords.group))
    ).scalar_one_or_none()
    if found is None:
        raise QuoteNotFound("We cannot find that need.")
    return found


def group_of(council_id: int, code: str) -> ServiceGroup:
    """A service of the council. Raises ThemeNotFound."""
    found = db.session.execute(
        select(ServiceGroup).where(ServiceGroup.council_id == council_id, ServiceGroup.code == code)
    ).scalar_one_or_none()
    if found is None:
        raise ThemeNotFound("We cannot find that service.")
    return found
