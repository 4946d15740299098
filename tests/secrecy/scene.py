"""The scene of the attacks: a database with our vote and a naive one beside it, each with a ballot of every voter.

What an attacker could see while the votes were open lies in `open/`: a dump, the server's own files, mails, logs, Redis. After
that the box was opened and counted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Column, DateTime, Engine, Integer, MetaData, Table, Text

from tests.secrecy import needles
from tests.services import PostgreSQL

# The naive vote does what is commonly done: it marks the roll and puts an "unlinked" plaintext ballot into a table without a
# foreign key, in one transaction; it lists the choices in a mail.
naive = MetaData()
naive_voted = Table(
    "naive_voted", naive, Column("id", Integer, primary_key=True), Column("voter_id", Integer, unique=True),
    Column("voted_at", DateTime(timezone=True)),
)  # fmt: skip
naive_ballot = Table(
    "naive_ballot", naive, Column("id", Integer, primary_key=True), Column("payload", Text),
    Column("created_at", DateTime(timezone=True)),
)  # fmt: skip
naive_mail = Table(
    "naive_mail", naive, Column("id", Integer, primary_key=True), Column("recipient", Text), Column("body", Text)
)  # fmt: skip

Counters = dict[str, int]


@dataclass
class Election:
    """What an attacker wants to know of one vote: who cast what. `voters` and `ballots` are where they stand afterwards."""

    voters: str
    ballots: str
    truth: dict[int, str] = field(default_factory=dict)
    codes: dict[int, list[str]] = field(default_factory=dict)
    # What would lead to a ballot: voter -> tracker and nonce.
    trackers: dict[int, str] = field(default_factory=dict)
    nonces: dict[int, str] = field(default_factory=dict)
    # Voter -> the counters of the database just after they had voted, for those whom somebody watched.
    watched: dict[int, Counters] = field(default_factory=dict)

    def know(self, voter: int, codes: list[str], payload: str) -> None:
        self.codes[voter], self.truth[voter] = codes, payload

    @property
    def choices(self) -> dict[str, list[str]]:
        """Voter -> how their choices may be written down."""
        return {str(voter): needles.of_ballot(codes) for voter, codes in self.codes.items()}

    @property
    def secrets(self) -> dict[str, list[str]]:
        """The choices, and what would lead to them."""
        trackers = {f"tracker of {voter}": [one, one.replace("-", "")] for voter, one in self.trackers.items()}
        return self.choices | trackers | {f"nonce of {voter}": [one] for voter, one in self.nonces.items()}


@dataclass
class Scene:
    """The place after the deed."""

    database: str
    engine: Engine
    home: Path
    server: PostgreSQL | None
    ours: Election
    naive: Election
    # Our tables with a voter in them as a backup from just before the opening has them: table -> rows.
    backup: dict[str, list[dict[str, Any]]]

    @property
    def open(self) -> Path:
        return self.home / "open"
