"""Codes by post. The code itself is in the one answer that makes it, on the letter, and nowhere else: only a keyed hash is kept.

Ten Crockford characters are 50 random bits; five tries a day make guessing hopeless. A code proves an address, it never is the
voter's name. Source: security design, section 4.5.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from participation import clock
from participation.accounts.codes import keyed_hash, random_code, shown_code, typed_code
from participation.audit.record import record
from participation.audit.tags import Tag
from participation.consultations.models import Consultation
from participation.eligibility import proved
from participation.eligibility.models import AddressCode, CodeAttempt, CodeBatch, EligibilityProof
from participation.eligibility.queries import code_by_hash, rule_of
from participation.eligibility.refusals import BatchNotFound, BatchRefused, CodeRefused, HouseholdTookPart, TooManyCodes
from participation.extensions import db, insert_unless_there

LENGTH, LIVES, TRIES_A_DAY = 10, timedelta(weeks=8), 5
LONGEST_REFERENCE = 40
_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Letter:
    """What is printed: `reference` and `lines` of the address, and the code in clear."""

    reference: str
    lines: tuple[str, ...]
    code: str

    @property
    def shown(self) -> str:
        return shown_code(self.code)


def make(
    *, consultation: Consultation, addresses: Iterable[tuple[str, tuple[str, ...]]], kind: str, actor_id: int
) -> list[Letter]:
    """Codes for these (reference, address lines); what is returned is the only copy of them. Raises BatchRefused."""
    letters = [Letter(reference, lines, random_code(LENGTH)) for reference, lines in addresses]
    _require_sense(letters)
    now = clock.now()
    batch = CodeBatch(
        public_id=base64.b32encode(secrets.token_bytes(10)).decode().lower(), consultation_id=consultation.id, kind=kind,
        made_by=actor_id, made_at=now, expires_at=now + LIVES,
    )  # fmt: skip
    db.session.add(batch)
    db.session.flush()
    rows = [
        {
            "batch_id": batch.id, "reference": letter.reference, "code_hash": _hash(letter.code), "state": "issued",
            "changed_at": now,
        }
        for letter in letters
    ]  # fmt: skip
    for start in range(0, len(rows), _CHUNK):
        db.session.execute(insert(AddressCode), rows[start : start + _CHUNK])
    _record(consultation, Tag.CODES_MADE, actor_id, len(letters))
    return letters


def _require_sense(letters: list[Letter]) -> None:
    if not letters:
        raise BatchRefused("Enter at least one address.")
    seen: set[str] = set()
    for place, letter in enumerate(letters, start=1):
        if not 0 < len(letter.reference) <= LONGEST_REFERENCE:
            raise BatchRefused(
                f"Line {place}: the reference must have 1 to {LONGEST_REFERENCE} characters.", line=place
            )
        if letter.reference in seen:
            raise BatchRefused(f"Line {place}: the reference {letter.reference} is there twice.", line=place)
        seen.add(letter.reference)


def use(*, consultation: Consultation, account_id: int, typed: str) -> None:
    """Prove one's address by a code. A failure is counted: the caller commits it and calls `CodeRefused` to the page.

    Raises TooManyCodes and HouseholdTookPart. Returns quietly when the resident had proved it before.
    """
    if not _may_try(account_id):
        raise TooManyCodes()
    code = typed_code(typed, LENGTH)
    found = code_by_hash(consultation.id, _hash(code), clock.now()) if code is not None else None
    if found is None or not _spend(found):
        raise CodeRefused()
    _prove(consultation, account_id, found)
    _forgive(account_id)
    proved.tell(consultation=consultation, account_id=account_id)


def _spend(code: AddressCode) -> bool:
    """Of two uses at once, one wins."""
    used = db.session.connection().execute(
        update(AddressCode)
        .where(AddressCode.id == code.id, AddressCode.state == "issued")
        .values(state="used", changed_at=clock.now())
    )
    return used.rowcount == 1


def _prove(consultation: Consultation, account_id: int, code: AddressCode) -> None:
    by_household = rule_of(consultation.id).unit == "household"
    household = keyed_hash("household", str(consultation.id), code.reference) if by_household else None
    taken = (
        household is not None
        and db.session.execute(
            select(EligibilityProof.account_id).where(
                EligibilityProof.consultation_id == consultation.id, EligibilityProof.household == household
            )
        ).first()
    )
    if taken:
        raise HouseholdTookPart()
    values = {
        "consultation_id": consultation.id, "account_id": account_id, "how": "code", "household": household,
        "recorded_by": None, "proved_at": clock.now(),
    }  # fmt: skip
    insert_unless_there(EligibilityProof, values, unique=("consultation_id", "account_id"))


def note_failure(*, account_id: int) -> None:
    """Count a code tried in vain, in a transaction of its own: the refusal itself changed nothing."""
    dialect = postgresql if db.session.connection().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(CodeAttempt).values(account_id=account_id, on=clock.today(), tries=1)
    again = {"tries": CodeAttempt.tries + 1}
    db.session.execute(statement.on_conflict_do_update(index_elements=["account_id", "on"], set_=again))


def _may_try(account_id: int) -> bool:
    attempt = db.session.get(CodeAttempt, (account_id, clock.today()))
    return attempt is None or attempt.tries < TRIES_A_DAY


def _forgive(account_id: int) -> None:
    attempt = db.session.get(CodeAttempt, (account_id, clock.today()))
    if attempt is not None:
        db.session.delete(attempt)
    db.session.flush()


def reissue(*, consultation: Consultation, reference: str, lines: tuple[str, ...], actor_id: int) -> list[Letter]:
    """A new code for an address; the ones it had and did not use stop working. Raises BatchRefused for an unknown reference."""
    if not _known(consultation.id, reference):
        raise BatchRefused("No letter has this reference.")
    _move(consultation.id, reference, "void")
    return make(consultation=consultation, addresses=[(reference, lines)], kind="letters", actor_id=actor_id)


def mark_returned(*, consultation: Consultation, reference: str, actor_id: int) -> int:
    """A letter came back: its code stops working. Raises BatchRefused when no code of that reference is out."""
    moved = _move(consultation.id, reference, "returned")
    if not moved:
        raise BatchRefused("No unused letter has this reference.")
    _record(consultation, Tag.CODES_RETURNED, actor_id, moved)
    return moved


def stop_batch(*, consultation: Consultation, public_id: str, actor_id: int) -> int:
    """Void every code of a batch that is out and unused; how many. Raises BatchNotFound."""
    batch_id = db.session.scalar(_batches(consultation.id).where(CodeBatch.public_id == public_id))
    if batch_id is None:
        raise BatchNotFound()
    stopped = db.session.connection().execute(
        update(AddressCode)
        .where(AddressCode.batch_id == batch_id, AddressCode.state == "issued")
        .values(state="void", changed_at=clock.now())
    )
    if stopped.rowcount:
        _record(consultation, Tag.CODES_STOPPED, actor_id, stopped.rowcount)
    return int(stopped.rowcount)


def _move(consultation_id: int, reference: str, state: str) -> int:
    moved = db.session.connection().execute(
        update(AddressCode)
        .where(
            AddressCode.reference == reference,
            AddressCode.state == "issued",
            AddressCode.batch_id.in_(_batches(consultation_id)),
        )
        .values(state=state, changed_at=clock.now())
    )
    return int(moved.rowcount)


def _known(consultation_id: int, reference: str) -> bool:
    found = select(AddressCode.id).where(
        AddressCode.reference == reference, AddressCode.batch_id.in_(_batches(consultation_id))
    )
    return db.session.execute(found.limit(1)).first() is not None


def _batches(consultation_id: int) -> Select[int]:
    return select(CodeBatch.id).where(CodeBatch.consultation_id == consultation_id)


def _hash(code: str) -> bytes:
    return keyed_hash("address code", code)


def _record(consultation: Consultation, tag: Tag, actor_id: int, codes: int) -> None:
    record(
        council_id=consultation.council_id, tag=tag, subject=f"consultation:{consultation.id}", actor_id=actor_id,
        facts={"codes": codes},
    )  # fmt: skip
