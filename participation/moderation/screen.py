"""The screen that every need passes: findings of `flags`, masked where they must be, kept beside the need for the queue."""

from __future__ import annotations

import tomllib
from functools import cache

from sqlalchemy import delete, exists, func, select

from config.settings import ROOT
from participation import clock
from participation.councils.models import Council
from participation.extensions import db
from participation.moderation.flags import KIND, find, masked
from participation.moderation.flags.words import WordList, standard
from participation.moderation.models import PriorityFlag
from participation.priorities.models import Contribution
from participation.priorities.screening import Found, Screened

# A shorter text may well be written twice by chance.
LONG_ENOUGH_TO_BE_COPIED = 60


def screen(title: str, need: str, council_id: int) -> Screened:
    """What may be kept of a title and a text, and what was found in either of them."""
    words = _words_of(council_id)
    in_title, in_need = find(title, words), find(need, words)
    found = {one.code: one.masks for one in (*in_title, *in_need)} | {
        one.code: True for one in (*in_title, *in_need) if one.masks
    }
    ordered = sorted(found, key=lambda code: KIND[code].rank)
    return Screened(
        masked(title, in_title),
        masked(need, in_need),
        tuple(Found(code, KIND[code].phrase, found[code]) for code in ordered),
    )


def keep(priority_id: int, result: Screened, beside: bool) -> None:
    """Replace what was noted about a priority, or add to it. A text that somebody else sent before is noted as repeated."""
    if not beside:
        db.session.execute(delete(PriorityFlag).where(PriorityFlag.priority_id == priority_id))
    codes = {one.code: one.masked for one in result.found}
    if _copied(priority_id):
        codes.setdefault("repeat", False)
    if beside:
        noted = set(db.session.scalars(select(PriorityFlag.code).where(PriorityFlag.priority_id == priority_id)))
        codes = {code: masks for code, masks in codes.items() if code not in noted}
    now = clock.now()
    db.session.add_all(
        PriorityFlag(priority_id=priority_id, code=code, masked=masks, found_at=now) for code, masks in codes.items()
    )
    db.session.flush()


def _copied(priority_id: int) -> bool:
    """Whether another need of the same council says the same, word for word."""
    need = db.session.get_one(Contribution, priority_id)
    if len(need.need) < LONG_ENOUGH_TO_BE_COPIED:
        return False
    council_id = need.consultation.council_id
    same = exists().where(
        Contribution.id != priority_id,
        func.lower(Contribution.need) == func.lower(need.need),
        Contribution.consultation.has(council_id=council_id),
    )
    return bool(db.session.scalar(select(same)))


def _words_of(council_id: int) -> WordList:
    slug = db.session.scalar(select(Council.slug).where(Council.id == council_id))
    return _word_list(slug or "")


@cache
def _word_list(slug: str) -> WordList:
    """The standard list, with the words of config/councils/<slug>/words.toml where a council has some."""
    path = ROOT / "config" / "councils" / slug / "words.toml"
    if not slug or not path.is_file():
        return standard()
    held = tomllib.loads(path.read_text(encoding="utf-8"))
    return standard().with_more(held.get("words", ()), held.get("allowed_phrases", ()))
