"""Everything that is held about one person, found by the schema itself: whatever names an account is in it.

A table that is added later is in the download on the day it is added, because its foreign key is followed. Secrets are told as
kept, never shown.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Table, func, or_, select

from participation.accounts.models import Account, EmailToken
from participation.budgets.models import ServiceGroup
from participation.commissioning.themes.models import Quote, Theme, ThemeAssignment
from participation.consultations.models import Consultation
from participation.councils.models import Ward
from participation.extensions import db
from participation.moderation.models import HiddenText, ModerationAppeal, ModerationDecision, PriorityFlag
from participation.priorities.models import Contribution, NeedPicture
from participation.privacy.kept import PERSONAL, title_of
from participation.voting.models import RollEntry, Vote
from participation.web.models import OutboxMail
from participation.web.words import day, moment

MOST_ROWS = 5000
# Of use to the program alone; they are in the download.
_INTERNAL = frozenset(
    {"email_canonical", "public_id", "shuffle", "version", "key", "attempts", "due_at", "author_ward_id", "jpeg"}
)
UNREADABLE = "kept in a form nobody can read"
# Keys and hashes: that they are kept is told, what they are would help a thief only.
_SECRET_NAMES = (
    "hash",
    "secret",
    "mac",
    "ciphertext",
    "sealed",
    "digest",
    "credential_id",
    "public_key",
    "household",
    "tag",
    "salt",
)
_NAMES: dict[str, Select[int, str]] = {
    "ward_id": select(Ward.id, Ward.name),
    "author_ward_id": select(Ward.id, Ward.name),
    "group_id": select(ServiceGroup.id, ServiceGroup.plain_name),
    "consultation_id": select(Consultation.id, Consultation.title),
    "vote_id": select(Vote.id, Consultation.title).join(Consultation, Consultation.id == Vote.consultation_id),
    "theme_id": select(Theme.id, Theme.name),
    "priority_id": select(Contribution.id, Contribution.title),
}

Row = dict[str, str | int | bool | None]


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one table about a person. `table` is its name in the schema, `title` what it is called on the page."""

    table: str
    title: str
    rows: tuple[Row, ...]

    @property
    def shown(self) -> list[list[tuple[str, str]]]:
        """The rows for a page: (label, words), without numbers that only mean something inside the database."""
        return [
            [
                (_label(column), _words(column, value))
                for column, value in row.items()
                if _means_something(column, value)
            ]
            for row in self.rows
        ]


def _means_something(column: str, value: str | int | bool | None) -> bool:
    is_number_of_a_row = isinstance(value, int) and not isinstance(value, bool) and column.endswith("id")
    return value not in (None, "") and not is_number_of_a_row and column not in _INTERNAL


# What a column is called where its own name would be riddles.
_LABELS = {
    "email": "Email address", "password_hash": "Password", "token_hash": "Cookie that signs you in",
    "outward_code": "Start of the postcode", "last_used_on": "Last used", "ward_id": "Ward", "cast_day": "Put in the box on",
    "ciphertext": "Sealed vote", "ciphertext_hash": "Fingerprint of the sealed vote",
    "replay_hash": "Mark against a vote cast twice", "row_mac": "Mark against changes", "revision": "How many times cast",
    "channel": "How you take part",
    "group_id": "Service", "body": "Text", "recipient": "Sent to", "facts": "Details",
}  # fmt: skip


def _label(column: str) -> str:
    if column in _LABELS:
        return _LABELS[column]
    for ending in ("_id", "_at", "_on"):
        column = column.removesuffix(ending)
    return column.replace("_", " ").capitalize()


def _words(column: str, value: str | int | bool | None) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if column.endswith("_at"):
        return moment(datetime.fromisoformat(str(value)))
    return day(date.fromisoformat(str(value))) if column.endswith(("_on", "_day")) else str(value)


def held_about(account: Account) -> list[Section]:
    """All sections with something in them, in the order of the retention table."""
    order = {kept.table: place for place, kept in enumerate(PERSONAL)}
    found = [_section(table, condition) for table, condition in _places(account)]
    return sorted((one for one in found if one.rows), key=lambda one: (order.get(one.table, len(order)), one.table))


def _places(account: Account) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Where to look: each table with the condition that its row is about this person.

    What others said of a person's needs (support, comments, what became of it) is theirs, or public. A referral to safeguarding
    is left out: it can be about protecting somebody.
    """
    account_table = _table(Account)
    own_needs = select(Contribution.id).where(Contribution.author_id == account.id)
    own_decisions = select(ModerationDecision.id).where(ModerationDecision.priority_id.in_(own_needs))
    indirect: dict[str, ColumnElement[bool]] = {
        "account": Account.id == account.id,
        "outbox_mail": (OutboxMail.council_id == account.council_id) & OutboxMail.recipient.in_(mailboxes_of(account)),
        "moderation_decision": ModerationDecision.priority_id.in_(own_needs),
        "moderation_appeal": ModerationAppeal.decision_id.in_(own_decisions),
        "quote": Quote.priority_id.in_(own_needs),
        "theme_assignment": ThemeAssignment.priority_id.in_(own_needs),
        "priority_flag": PriorityFlag.priority_id.in_(own_needs),
        "need_picture": NeedPicture.priority_id.in_(own_needs),
        "hidden_text": HiddenText.decision_id.in_(own_decisions),
    }
    roll = select(RollEntry.vote_id).where(RollEntry.account_id == account.id)
    for table in db.metadata.sorted_tables:
        ways = [column == account.id for column in _names_an_account(table, account_table)]
        if table.name in indirect:
            ways.append(indirect[table.name])
        if {"vote_id", "voter_id"} <= set(table.columns.keys()) and table.name != "roll_entry":
            ways.append((table.c.voter_id == account.id) & table.c.vote_id.in_(roll))
        if ways:
            yield table, or_(*ways)


def mailboxes_of(account: Account) -> list[str]:
    """The addresses that mails to a person go to: their own, and those they asked to change to and have not proved."""
    asked = select(EmailToken.new_email).where(EmailToken.account_id == account.id, EmailToken.new_email.is_not(None))
    return [account.email, *(address for address in db.session.scalars(asked) if address)]


def _names_an_account(table: Table, account_table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if any(key.column.table is account_table for key in column.foreign_keys)]


def _table(model: type[Account]) -> Table:
    return db.metadata.tables[model.__tablename__]


def _section(table: Table, condition: ColumnElement[bool]) -> Section:
    rows = (
        db.session.execute(select(table).where(condition).order_by(*table.primary_key.columns).limit(MOST_ROWS))
        .mappings()
        .all()
    )
    names = _names(rows)
    return Section(table.name, title_of(table.name), tuple(_told(dict(row), names) for row in rows))


def _names(rows: Sequence[Any]) -> dict[str, dict[int, str]]:
    """What the numbers of other tables stand for, one query for each kind of number."""
    found = {}
    for column, query in _NAMES.items():
        ids = {row[column] for row in rows if column in row and row[column] is not None}
        if ids:
            key = query.selected_columns[0]
            found[column] = {row[0]: row[1] for row in db.session.execute(query.where(key.in_(ids)))}
    return found


def _told(row: dict[str, Any], names: dict[str, dict[int, str]]) -> Row:
    return {
        column: names[column].get(value, value) if column in names else _plain(column, value)
        for column, value in row.items()
    }


def _plain(column: str, value: Any) -> str | int | bool | None:
    if value is not None and any(part in column for part in _SECRET_NAMES):
        return UNREADABLE
    if column == "jpeg":
        return base64.b64encode(value).decode()
    if isinstance(value, bytes):
        return UNREADABLE
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if isinstance(value, str | int | bool) or value is None else str(value)


def count_of(account: Account) -> int:
    """How many rows are about a person: what must be 0 after they left."""
    return sum(
        db.session.execute(select(func.count()).select_from(table).where(condition)).scalar_one()
        for table, condition in _places(account)
    )
