"""The two public conversations of the shared data, as votes.

Data gathered using the Polis software (compdemocracy.org/polis), CC BY 4.0, The Computational Democracy Project.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from participation.needs.votes import latest

SAN_JUAN, BOWLING_GREEN = "san-juan-land-bank-2021", "bowling-green-2018"
# Statements that ask people about themselves; 64 to 67 which island they live on.
ABOUT_ME = frozenset(map(str, (53, 54, 55, 64, 65, 66, 67, 68, 70)))
ISLANDS = {"64": "Orcas", "65": "Lopez", "66": "San Juan", "67": "Shaw"}


@dataclass(frozen=True)
class Conversation:
    events: list[tuple[str, str, int]]
    texts: dict[str, str]
    moderation: dict[str, str]
    published_groups: dict[str, str]

    @property
    def accepted(self) -> list[str]:
        return [statement for statement, state in self.moderation.items() if state == "accepted"]

    @property
    def people(self) -> list[str]:
        return sorted({person for person, _, _ in self.events}, key=int)

    def table(self, statements: Sequence[str]) -> np.ndarray:
        """Last votes: a row a person, a column a statement, NaN where there is none."""
        rows = {person: i for i, person in enumerate(self.people)}
        columns = {statement: i for i, statement in enumerate(statements)}
        table = np.full((len(rows), len(columns)), np.nan)
        for (person, statement), vote in latest(self.events).items():
            if statement in columns:
                table[rows[person], columns[statement]] = vote
        return table


def read(folder: Path, name: str) -> Conversation:
    def rows(file: str) -> list[dict[str, str]]:
        with (folder / name / file).open(encoding="utf-8", newline="") as opened:
            return list(csv.DictReader(opened))

    comments = rows("comments.csv")
    return Conversation(
        [(r["participant_id"], r["comment_id"], int(r["vote"])) for r in rows("votes.csv")],
        {r["comment_id"]: r["text"] for r in comments},
        {r["comment_id"]: r["moderation"] for r in comments},
        {r["participant_id"]: r["published_group"] for r in rows("participants.csv")},
    )
