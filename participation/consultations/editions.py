"""A consultation in other languages and formats: which it is needed in, and whether they say what the English texts say now.

What a council declares (Welsh) is always needed; staff add others. Each edition keeps the digest of the English texts it was
made from: when those change afterwards, it is of an earlier text until somebody saves it again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from participation import clock
from participation.audit.record import record
from participation.audit.tags import Tag
from participation.consultations.cards import card_of
from participation.consultations.models import Consultation, Edition
from participation.consultations.queries import questions_of, steps_of
from participation.consultations.refusals import EditionNotFound
from participation.extensions import db


@dataclass(frozen=True, slots=True)
class Kind:
    """A language or a format. `language` is the tag its text is marked with (BCP 47); `own_name` is what its readers call it."""

    code: str
    label: str
    own_name: str
    language: str = "en-GB"


KINDS = (
    Kind("cy", "Welsh", "Cymraeg", "cy"),
    Kind("easy_read", "Easy Read", "Easy Read"),
    Kind("large_print", "Large print", "Large print"),
    Kind("audio", "Audio", "Audio"),
    Kind("bsl", "British Sign Language", "British Sign Language (BSL) video"),
    Kind("ar", "Arabic", "العربية", "ar"),
    Kind("bn", "Bengali", "বাংলা", "bn"),
    Kind("es", "Spanish", "Español", "es"),
    Kind("fr", "French", "Français", "fr"),
    Kind("gu", "Gujarati", "ગુજરાતી", "gu"),
    Kind("pa", "Punjabi", "ਪੰਜਾਬੀ", "pa"),
    Kind("pl", "Polish", "Polski", "pl"),
    Kind("pt", "Portuguese", "Português", "pt"),
    Kind("ro", "Romanian", "Română", "ro"),
    Kind("so", "Somali", "Soomaali", "so"),
    Kind("uk", "Ukrainian", "Українська", "uk"),
    Kind("ur", "Urdu", "اردو", "ur"),
)
KIND = {kind.code: kind for kind in KINDS}
LABELS = {kind.code: kind.label for kind in KINDS}
# Written from right to left.
RIGHT_TO_LEFT = frozenset({"ar", "ur"})


class State(StrEnum):
    MISSING = "missing"
    EARLIER = "earlier"
    CURRENT = "current"


def declared(consultation: Consultation) -> list[str]:
    """What the council has said it writes in besides English."""
    return [language for language in consultation.council.languages if language in KIND] if consultation.council else []


def states(consultation: Consultation) -> dict[str, State]:
    """Each edition that is needed, in the order of `KINDS`, and how it stands."""
    there = {edition.code: edition for edition in consultation.editions}
    wanted = {*there, *declared(consultation)}
    now = digest(consultation) if wanted else ""
    return {kind.code: _state(there.get(kind.code), now) for kind in KINDS if kind.code in wanted}


def _state(edition: Edition | None, now: str) -> State:
    if edition is None or not edition.of_texts:
        return State.MISSING
    return State.CURRENT if edition.of_texts == now else State.EARLIER


def digest(consultation: Consultation) -> str:
    """SHA-256 over every English text that an edition has to say as well: whatever a resident reads before answering."""
    steps = steps_of(consultation.id)
    texts = [
        consultation.title, consultation.summary, consultation.background, consultation.what_can_change,
        consultation.what_cannot_change, consultation.equality_note,
        [
            [
                option.code, option.title, option.description, option.cost_pence, card_of(option),
                [[step.change_pence, step.consequence] for step in steps.get(option.id, [])],
            ]
            for option in consultation.options
        ],
        [[one.kind, one.words, one.choices] for one in questions_of(consultation.id)],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(texts, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def need(*, consultation: Consultation, codes: Iterable[str]) -> None:
    """From now on it is needed in these, and in what the council declares. What was saved of another is removed."""
    wanted = {*codes, *declared(consultation)} & KIND.keys()
    consultation.editions = [
        *(edition for edition in consultation.editions if edition.code in wanted),
        *(Edition(code=code) for code in sorted(wanted - {edition.code for edition in consultation.editions})),
    ]
    db.session.flush()


def save(
    *, consultation: Consultation, code: str, title: str, text: str, address: str, actor_id: int | None
) -> Edition:
    """Keep an edition made from the English texts as they are now. Raises EditionNotFound for one that nobody needs."""
    if code not in states(consultation):
        raise EditionNotFound()
    edition = next((one for one in consultation.editions if one.code == code), None)
    if edition is None:
        edition = Edition(code=code)
        consultation.editions.append(edition)
    edition.title, edition.text, edition.address = title, text, address
    edition.of_texts, edition.saved_by, edition.saved_at = digest(consultation), actor_id, clock.now()
    consultation.version += 1
    db.session.flush()
    record(
        council_id=consultation.council_id, tag=Tag.EDITION_SAVED, subject=f"consultation:{consultation.id}",
        actor_id=actor_id, facts={"consultation": consultation.slug, "edition": code},
    )  # fmt: skip
    return edition


def shown(consultation: Consultation) -> list[tuple[Kind, Edition]]:
    """What residents can choose from, in the order of `KINDS`; what was made from an earlier text is not shown."""
    by_code = {edition.code: edition for edition in consultation.editions}
    return [(KIND[code], by_code[code]) for code, state in states(consultation).items() if state is State.CURRENT]
