"""What voters wrote beside a ballot, and let us use, becomes a contribution without a person, for moderators to read.

Only once the result is published, all at once, in an order drawn by chance and with one time: neither their order nor their time
says who wrote them or when somebody voted. The answer leaves the account at the same moment, so that nothing leads from the
words to a person any more. They never led to a ballot: an answer belongs to an account, and no ballot does once it can be read.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from random import SystemRandom

from participation.audit.record import record
from participation.audit.tags import Tag
from participation.consultations.beside import to_be_used
from participation.consultations.models import Consultation
from participation.extensions import db
from participation.priorities.models import Worded
from participation.priorities.refusals import ResultNotOut
from participation.priorities.screening import keep
from participation.priorities.service import NeedDraft, new_public_id, screened_draft

by_chance = SystemRandom().shuffle
# As much of the words as a list shows.
LONGEST_TITLE = 80


def bring_in(
    *,
    consultation: Consultation,
    actor_id: int | None,
    now: datetime,
    shuffle: Callable[[list[str]], None] = by_chance,
) -> int:
    """Hand all words that may be used to the moderators; how many. Raises ResultNotOut while a vote is not published."""
    if consultation.result_published_at is None or not consultation.services:
        raise ResultNotOut()
    answers = to_be_used(consultation.id)
    words = [answer.answer for answer in answers]
    for answer in answers:
        db.session.delete(answer)
    db.session.flush()
    shuffle(words)
    for text in words:
        draft = NeedDraft(title=title_of(text), need=text, group_code=consultation.services[0].code)
        draft, result = screened_draft(draft, consultation.council_id)
        made = Worded(
            public_id=new_public_id(), consultation_id=consultation.id, group_id=consultation.services[0].id,
            title=draft.title, need=draft.need, state="waiting", shuffle=secrets.randbelow(2**31), submitted_at=now,
        )  # fmt: skip
        db.session.add(made)
        db.session.flush()
        keep(made.id, result)
    if words:
        record(
            council_id=consultation.council_id, tag=Tag.WORDS_BROUGHT_IN, subject=f"consultation:{consultation.id}",
            actor_id=actor_id, role="moderator", facts={"texts": len(words)},
        )  # fmt: skip
    return len(words)


def title_of(text: str) -> str:
    """The beginning of the words, cut between two of them."""
    line = " ".join(text.split())
    if len(line) <= LONGEST_TITLE:
        return line
    return line[:LONGEST_TITLE].rsplit(" ", 1)[0] + " …"
