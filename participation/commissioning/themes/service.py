"""What people do with themes, one function a verb; each is logged with enough to undo it. None commits."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, delete, func, select

from participation.audit.record import record
from participation.audit.tags import Tag
from participation.budgets.models import ServiceGroup
from participation.commissioning.themes.models import Theme, ThemeAssignment, ThemeChange
from participation.commissioning.themes.queries import is_named, needs_by_public_id, theme_by_public_id
from participation.commissioning.themes.refusals import NameTaken, NothingChosen, ThemeMoved, TooManyThemes
from participation.extensions import db
from participation.priorities.models import OwnWords

MOST_THEMES = 3
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def create(
    *,
    group: ServiceGroup,
    name: str,
    name_cy: str,
    definition: str,
    account_id: int,
    now: datetime,
    act: str = "create",
) -> Theme:
    """A new theme of a service. Raises NameTaken."""
    if is_named(group.id, name):
        raise NameTaken(field="name")
    theme = Theme(
        public_id="".join(secrets.choice(_ALPHABET) for _ in range(10)),
        council_id=group.council_id,
        group_id=group.id,
        name=name,
        name_cy=name_cy,
        definition=definition,
        created_at=now,
    )
    db.session.add(theme)
    db.session.flush()
    _log(theme, act, {"name": name}, account_id, now)
    return theme


def rename(
    *,
    council_id: int,
    public_id: str,
    version: int,
    name: str,
    name_cy: str,
    definition: str,
    account_id: int,
    now: datetime,
) -> Theme:
    """Another name or definition; what it was stays in the log. Raises ThemeMoved and NameTaken."""
    theme = _open_theme(council_id, public_id, version)
    if is_named(theme.group_id, name, but=theme.id):
        raise NameTaken(field="name")
    before = {"name": theme.name, "name_cy": theme.name_cy, "definition": theme.definition}
    theme.name, theme.name_cy, theme.definition = name, name_cy, definition
    _log(theme, "rename", before, account_id, now)
    return theme


def merge(*, council_id: int, public_id: str, version: int, into: str, account_id: int, now: datetime) -> Theme:
    """Put all needs of a theme under another one, which is returned. Raises ThemeNotFound and ThemeMoved."""
    theme = _open_theme(council_id, public_id, version)
    kept = theme_by_public_id(council_id, into, lock=True)
    if kept.group_id != theme.group_id or kept.state != "open" or kept.id == theme.id:
        raise ThemeMoved()
    moved = list(db.session.scalars(_under(theme.id)))
    already = set(db.session.scalars(_under(kept.id).with_only_columns(ThemeAssignment.priority_id)))
    facts = {"into": kept.public_id, "needs": [one.priority_id for one in moved]}
    for one in moved:
        if one.priority_id not in already:
            db.session.add(_assigned(one.priority_id, kept.id, one.how, one.assigned_by, one.assigned_at))
    db.session.execute(delete(ThemeAssignment).where(ThemeAssignment.theme_id == theme.id))
    theme.state, theme.merged_into_id = "merged", kept.id
    _log(theme, "merge", facts, account_id, now)
    return kept


def split(
    *, council_id: int, public_id: str, version: int, name: str, needs: Sequence[str], account_id: int, now: datetime
) -> Theme:
    """Move some needs of a theme to a new one. Raises NothingChosen, ThemeMoved and NameTaken."""
    theme = _open_theme(council_id, public_id, version)
    chosen = {need.id for need in needs_by_public_id(theme.group_id, needs)}
    moved = [one for one in db.session.scalars(_under(theme.id)) if one.priority_id in chosen]
    if not moved:
        raise NothingChosen(field="needs")
    made = create(group=theme.group, name=name, name_cy="", definition="", account_id=account_id, now=now, act="split")
    for one in moved:
        db.session.delete(one)
        db.session.add(_assigned(one.priority_id, made.id, "read", account_id, now))
    _log(theme, "split", {"to": made.public_id, "needs": sorted(chosen)}, account_id, now)
    return made


def retire(*, council_id: int, public_id: str, version: int, account_id: int, now: datetime) -> None:
    """The theme is not used any more; its needs are under none again, and the log says which they were."""
    theme = _open_theme(council_id, public_id, version)
    held = list(db.session.scalars(_under(theme.id).with_only_columns(ThemeAssignment.priority_id)))
    db.session.execute(delete(ThemeAssignment).where(ThemeAssignment.theme_id == theme.id))
    theme.state = "retired"
    _log(theme, "retire", {"needs": held}, account_id, now)


def assign(*, theme: Theme, needs: Iterable[OwnWords], how: str, account_id: int, now: datetime) -> int:
    """Put needs under a theme: `how` is "read" (one by one) or "accepted" (suggestions, not each read). How many were new.

    A need that was only accepted becomes read when a person puts it there again. Raises NothingChosen and TooManyThemes.
    """
    chosen = {need.id: need for need in needs if need.group_id == theme.group_id}
    if not chosen:
        raise NothingChosen(field="needs")
    held = {one.priority_id: one for one in db.session.scalars(_under(theme.id)) if one.priority_id in chosen}
    _refuse_too_many([key for key in chosen if key not in held])
    new = [key for key in sorted(chosen) if key not in held]
    db.session.add_all([_assigned(key, theme.id, how, account_id, now) for key in new])
    for one in held.values():
        if how == "read" and one.how != "read":
            one.how, one.assigned_by, one.assigned_at = how, account_id, now
    _log(theme, "assign" if how == "read" else "accept", {"needs": new}, account_id, now)
    return len(new)


def unassign(*, theme: Theme, need: OwnWords, account_id: int, now: datetime) -> None:
    """Take a need out of a theme; twice changes nothing."""
    found = db.session.get(ThemeAssignment, (need.id, theme.id))
    if found is not None:
        db.session.delete(found)
        _log(theme, "unassign", {"needs": [need.id], "how": found.how}, account_id, now)


def _refuse_too_many(needs: Sequence[int]) -> None:
    query = (
        select(ThemeAssignment.priority_id)
        .where(ThemeAssignment.priority_id.in_(needs))
        .group_by(ThemeAssignment.priority_id)
        .having(func.count() >= MOST_THEMES)
    )
    if db.session.scalar(query) is not None:
        raise TooManyThemes(most=MOST_THEMES)


def _open_theme(council_id: int, public_id: str, version: int) -> Theme:
    """The theme under a row lock. Raises ThemeNotFound, and ThemeMoved where it is not the version that was shown."""
    theme = theme_by_public_id(council_id, public_id, lock=True)
    if theme.version != version or theme.state != "open":
        raise ThemeMoved()
    theme.version += 1
    return theme


def _under(theme_id: int) -> Select[ThemeAssignment]:
    return select(ThemeAssignment).where(ThemeAssignment.theme_id == theme_id).order_by(ThemeAssignment.priority_id)


def _assigned(priority_id: int, theme_id: int, how: str, account_id: int | None, at: datetime) -> ThemeAssignment:
    return ThemeAssignment(priority_id=priority_id, theme_id=theme_id, how=how, assigned_by=account_id, assigned_at=at)


def _log(theme: Theme, act: str, facts: Mapping[str, object], account_id: int, now: datetime) -> None:
    db.session.add(ThemeChange(theme_id=theme.id, act=act, facts=dict(facts), done_by=account_id, done_at=now))
    db.session.flush()
    if act not in ("assign", "unassign", "accept"):
        record(
            council_id=theme.council_id,
            tag=Tag.THEME_CHANGED,
            subject=f"theme:{theme.id}",
            actor_id=account_id,
            role="commissioner",
            facts={"act": act, "theme": theme.public_id},
        )
