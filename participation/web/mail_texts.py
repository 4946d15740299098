"""The words of a mail in every language that its council declares: templates/mails/<language>/<name>.txt, subject first.

    write_letter("refused", council=council, recipient=account.email, key=f"refused:{priority.id}", reason=...)

Nothing else writes a mail: no subject, body or sentence of one is put together in code.
Where a council declares Welsh, the Welsh text comes first and the English one follows it in the same mail. A mail that has no
text in a language is sent in English alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from flask import current_app
from jinja2 import TemplateNotFound

from participation import clock
from participation.web import words
from participation.web.mail import write_mail, write_mails

if TYPE_CHECKING:
    from sqlalchemy import Select


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in each language that mails can be written in; the templates pick theirs."""

    en: str
    cy: str


class Sender(Protocol):
    """The council a mail comes from, as far as mails have to know it."""

    @property
    def id(self) -> int: ...

    @property
    def languages(self) -> list[str]: ...


ENGLISH = "en"
# As many characters as the outbox keeps; two languages and a long name of a council can be more.
LONGEST_SUBJECT = 200
_MONTHS = (
    "Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin", "Gorffennaf", "Awst", "Medi", "Hydref", "Tachwedd", "Rhagfyr",
)  # fmt: skip
LINE = "\n" + "-" * 40 + "\n\n"


def write_letter(name: str, *, council: Sender, recipient: str, key: str, **facts: object) -> bool:
    """Put a mail of a template in the outbox in the running transaction; False when its key was written before."""
    subject, body = written(name, council.languages, council=council, **facts)
    return write_mail(key=key, recipient=recipient, subject=subject, body=body, council_id=council.id)


def write_letters(name: str, *, council: Sender, to: Select[str, str], **facts: object) -> None:
    """The same mail to many, in one statement: `to` selects (key, recipient) and each key once."""
    subject, body = written(name, council.languages, council=council, **facts)
    write_mails(to, subject=subject, body=body, council_id=council.id)


def sentence(name: str, **facts: object) -> Sentence:
    """One sentence of a mail that is put together of many, in both languages: templates/mails/<language>/news_<name>.txt."""
    said = {
        language: current_app.jinja_env.get_template(f"mails/{language}/news_{name}.txt").render(facts).strip()
        for language in (ENGLISH, "cy")
    }
    return Sentence(said[ENGLISH], said["cy"])


def written(name: str, languages: Sequence[str], **facts: object) -> tuple[str, str]:
    """(subject, body). The first line of a template is the subject; `facts` are the same for each language."""
    texts = [
        text
        for language in sorted(languages, key=lambda one: one == ENGLISH)
        if (text := _text(name, language, facts)) is not None
    ]
    return " | ".join(subject for subject, _ in texts)[:LONGEST_SUBJECT], LINE.join(body for _, body in texts)


def _text(name: str, language: str, facts: dict[str, object]) -> tuple[str, str] | None:
    try:
        template = current_app.jinja_env.get_template(f"mails/{language}/{name}.txt")
    except TemplateNotFound:
        if language == ENGLISH:
            raise
        return None
    subject, _, body = template.render(facts).partition("\n")
    return subject.strip(), body.strip() + "\n"


def day(moment: date | datetime) -> Sentence:
    """22 November 2026 and 22 Tachwedd 2026, in UK time."""
    local = moment.astimezone(clock.UK) if isinstance(moment, datetime) else moment
    return Sentence(words.day(moment), f"{local.day} {_MONTHS[local.month - 1]} {local.year}")


def until(moment: datetime) -> Sentence:
    """ "5:30pm on 22 November 2026" and "17:30 ar 22 Tachwedd 2026", in UK time."""
    return Sentence(words.moment(moment), f"{moment.astimezone(clock.UK):%H:%M} ar {day(moment).cy}")
