"""The shortest reader of Pabulib files that could work: an independent second opinion for the tests of counting."""

from __future__ import annotations

import csv
import gzip
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

from participation.counting import Election, Option, Profile


def sections(path: Path) -> dict[str, list[list[str]]]:
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    found: dict[str, list[list[str]]] = {}
    current: list[list[str]] = []
    for row in csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";"):
        if row in (["META"], ["PROJECTS"], ["VOTES"]):
            current = found.setdefault(row[0], [])
        elif row:
            current.append(row)
    return found


def election_and_profile(path: Path) -> tuple[Election, Profile, dict[str, str]]:
    parts = sections(path)
    meta = {row[0]: row[1] for row in parts["META"][1:]}
    head, *rows = parts["PROJECTS"]
    projects = [dict(zip(head, row, strict=False)) for row in rows]
    amounts = [Decimal(meta["budget"]), *(Decimal(project["cost"]) for project in projects)]
    unit = 10 ** max(0, *(-int(amount.normalize().as_tuple().exponent) for amount in amounts))
    head, *rows = parts["VOTES"]
    votes = [dict(zip(head, row, strict=False)) for row in rows]
    options = tuple(
        Option(project["project_id"], int(Decimal(project["cost"]) * unit), project.get("name", ""))
        for project in projects
    )
    election = Election(options, int(Decimal(meta["budget"]) * unit), unit, "")
    kind, payloads = _payloads(meta["vote_type"], votes)
    return election, Profile.from_ballots(election, payloads, ballot_type=kind), meta


def _payloads(vote_type: str, votes: list[dict[str, str]]) -> tuple[str, list[dict[str, Any]]]:
    lists = [[code for code in vote["vote"].split(",") if code] for vote in votes]
    if vote_type == "ordinal":
        return "ranking", [{"rank": codes} for codes in lists]
    if vote_type in ("cumulative", "scoring"):
        numbers = [[int(Decimal(cell)) for cell in vote["points"].split(",") if cell] for vote in votes]
        return "points", [
            # Read backwards so that the first mark of a repeated project is the one that stays.
            {"points": dict(zip(codes[::-1], points[::-1], strict=True))}
            for codes, points in zip(lists, numbers, strict=True)
        ]
    return "approval", [{"approve": codes} for codes in lists]
