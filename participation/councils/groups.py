"""Groups of wards: the localities or neighbourhoods a council plans by, as data.

A set of groups is never changed: a new one takes its place, and the old one stays for summaries that were made with it, because
figures by two sets of groups could be subtracted from each other. Every ward is in exactly one group of a set; a set that lacks a
ward, because the ward came later, is not used until an administrator sets it anew.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import insert, select

from participation.audit.record import record
from participation.audit.tags import Tag
from participation.councils.models import Council, Ward, WardGrouping, WardInGroup
from participation.councils.refusals import GroupsRefused
from participation.councils.tables import Table, check_columns, read_table, table_of
from participation.errors import ImportRefused
from participation.extensions import db

FILE = "ward_groups.csv"
# What a group is called where the council has no word of its own.
DEFAULT_WORD = "Area"
LONGEST_WORD, LONGEST_NAME = 30, 60
FEWEST = 2


@dataclass(frozen=True, slots=True)
class WardGroups:
    """What a group is called ("Locality"), and the group of each ward by the ward's code."""

    word: str
    names: Mapping[str, str]

    @property
    def groups(self) -> list[tuple[str, str]]:
        """(code, name) of every group, by name."""
        return [(code_of(name), name) for name in sorted(set(self.names.values()), key=str.casefold)]

    def code(self, ward_code: str | None) -> str | None:
        """The code of a ward's group; None for no ward."""
        return None if ward_code is None else code_of(self.names[ward_code])


def code_of(name: str) -> str:
    """ "Llŷn & Eifionydd" -> "llyn-eifionydd"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.casefold()).strip("-")


def sets_of(council_id: int) -> list[tuple[WardGrouping, WardGroups]]:
    """Every set of groups there was, newest first. One with no wards in it says that there are no groups."""
    sets = db.session.scalars(
        select(WardGrouping).where(WardGrouping.council_id == council_id).order_by(WardGrouping.id.desc())
    ).all()
    if not sets:
        return []
    names: dict[int, dict[str, str]] = {one.id: {} for one in sets}
    query = (
        select(WardInGroup.grouping_id, Ward.code, WardInGroup.name)
        .join(Ward, Ward.id == WardInGroup.ward_id)
        .where(Ward.council_id == council_id)
    )
    for grouping_id, code, name in db.session.execute(query):
        names[grouping_id][code] = name
    return [(one, WardGroups(one.word, names[one.id])) for one in sets]


def groups_at(
    sets: Sequence[tuple[WardGrouping, WardGroups]], wards: Sequence[Ward], at: datetime | None = None
) -> WardGroups | None:
    """The groups in force at a moment, or now; None where there were none, or where they lack a ward of today."""
    found = next((groups for one, groups in sets if at is None or one.made_at <= at), None)
    if found is None or not wards or {ward.code for ward in wards} - set(found.names):
        return None
    return found


def set_groups(*, council: Council, word: str, names: Mapping[str, str], actor_id: int | None, now: datetime) -> bool:
    """Let these groups take the place of what was there; no `names` for no groups. Whether anything changed.

    `names` is ward code -> name of its group. Raises GroupsRefused.
    """
    wards = {ward.code: ward for ward in council.wards}
    kept = WardGroups(" ".join(word.split()), {code: " ".join(name.split()) for code, name in names.items()})
    if names:
        _check(kept, wards)
    before = next((groups for _, groups in sets_of(council.id)), WardGroups(kept.word, {}))
    if before.names == kept.names and (before.word == kept.word or not names):
        return False
    made = WardGrouping(council_id=council.id, word=kept.word, made_at=now)
    db.session.add(made)
    db.session.flush()
    rows = [{"grouping_id": made.id, "ward_id": wards[code].id, "name": name} for code, name in kept.names.items()]
    if rows:
        db.session.execute(insert(WardInGroup), rows)
    record(
        council_id=council.id,
        tag=Tag.WARD_GROUPS_SET,
        subject=f"council:{council.id}",
        actor_id=actor_id,
        facts={"groups": len(kept.groups), "wards": len(rows)},
    )
    return True


def _check(groups: WardGroups, wards: Mapping[str, Ward]) -> None:
    unknown = sorted(set(groups.names) - set(wards))
    if unknown:
        raise GroupsRefused(f"This council has no ward {unknown[0]}.")
    without = sorted(wards[code].name for code in wards if not groups.names.get(code))
    if without:
        raise GroupsRefused(
            f"Put every ward in a group. {', '.join(without)} {'is' if len(without) == 1 else 'are'} in none."
        )
    if not groups.word or len(groups.word) > LONGEST_WORD:
        raise GroupsRefused(f"Say what a group is called, in {LONGEST_WORD} characters or fewer.")
    by_code: dict[str, str] = {}
    for name in groups.names.values():
        if len(name) > LONGEST_NAME or not code_of(name):
            raise GroupsRefused(
                f"The name of a group must have a letter, and {LONGEST_NAME} characters or fewer: {name}"
            )
        if by_code.setdefault(code_of(name), name) != name:
            raise GroupsRefused(f"{by_code[code_of(name)]} and {name} are too much alike to be two groups.")
    if len(by_code) < FEWEST:
        raise GroupsRefused("One group of all wards is the whole council. Make at least two.")
    if len(by_code) == len(wards):
        raise GroupsRefused("Each group has one ward only, so the groups are the wards. Put some wards together.")


def groups_in(table: Table) -> dict[str, str]:
    """Ward code -> name of its group, from columns ward_code and group_name. Raises ImportRefused."""
    found: dict[str, str] = {}
    for row in table.rows:
        code = row.words("ward_code", at_most=9)
        if code in found:
            raise row.refuse(f"the ward {code} appears twice")
        found[code] = row.words("group_name", at_most=LONGEST_NAME)
    return found


def read_groups(path: Path) -> dict[str, str]:
    """The same of a file of a council's folder."""
    return groups_in(read_table(path, needed=("ward_code", "group_name")))


def import_groups(*, council: Council, file: str, data: bytes, word: str, actor_id: int | None, now: datetime) -> bool:
    """Set the groups of a file. Raises ImportRefused naming the row, or what is wrong with the groups."""
    table = table_of(file, data)
    check_columns(table, ("ward_code", "group_name"))
    try:
        return set_groups(council=council, word=word, names=groups_in(table), actor_id=actor_id, now=now)
    except GroupsRefused as refusal:
        raise ImportRefused(file=file, problem=refusal.message.removesuffix(".")) from None
