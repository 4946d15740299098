"""Quotes: a commissioner asks for some of a resident's own words, and a moderator clears exactly these words, or does not."""

from __future__ import annotations

import re
from datetime import datetime

from participation.audit.record import record
from participation.audit.tags import Tag
from participation.commissioning.themes.models import Quote
from participation.commissioning.themes.refusals import NotInTheNeed, OwnQuote
from participation.extensions import db
from participation.needs.texts import normalised
from participation.priorities.models import OwnWords

GAP = "[…]"


def ask(*, need: OwnWords, words: str, account_id: int, now: datetime) -> Quote:
    """Ask for a quote of a published need; asked again, the new words wait anew. Raises NotInTheNeed."""
    if not is_from(words, f"{need.title}\n{need.need}"):
        raise NotInTheNeed(field="words")
    quote = db.session.get(Quote, need.id)
    if quote is None:
        quote = Quote(priority_id=need.id)
        db.session.add(quote)
    quote.priority_version, quote.words = need.version, words
    quote.state, quote.asked_by, quote.asked_at = "waiting", account_id, now
    quote.decided_by = quote.decided_at = None
    db.session.flush()
    return quote


def decide(*, quote: Quote, council_id: int, clear: bool, account_id: int, now: datetime) -> None:
    """Clear or refuse the words that were asked for. Raises OwnQuote."""
    if quote.asked_by == account_id:
        raise OwnQuote()
    quote.state = "cleared" if clear else "refused"
    quote.decided_by, quote.decided_at = account_id, now
    db.session.flush()
    record(
        council_id=council_id,
        tag=Tag.QUOTE_DECIDED,
        subject=f"priority:{quote.priority_id}",
        actor_id=account_id,
        role="moderator",
        facts={"cleared": clear, "version": quote.priority_version},
    )


def is_from(words: str, text: str) -> bool:
    """Whether all parts between the gaps stand in the text, in that order, give or take punctuation and case."""
    rest = f" {normalised(text)} "
    pieces = [normalised(piece) for piece in re.split(r"\[(?:…|\.\.\.)\]", words)]
    if not any(pieces):
        return False
    for piece in filter(None, pieces):
        found = rest.find(f" {piece} ")
        if found < 0:
            return False
        rest = rest[found + len(piece) + 1 :]
    return True
