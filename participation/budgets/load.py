"""Load a whole council out of its folder: places and people (councils), services and figures (here)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from participation.budgets import service as budgets_service
from participation.councils import service as councils_service
from participation.councils.models import Council


@dataclass(frozen=True, slots=True)
class LoadedCouncil:
    """The stored council and, in sentences, what its folder lacks or what could not be checked."""

    council: Council
    wards: int
    postcodes: int
    notes: tuple[str, ...]


def load_council(*, folder: Path, actor_id: int | None = None) -> LoadedCouncil:
    """Load or update the council of a folder (config/councils/<slug>), inside the caller's transaction.

    Raises ImportRefused naming file and row; the caller's transaction then keeps nothing of it.
    """
    council, contents = councils_service.load(folder=folder, actor_id=actor_id)
    notes = budgets_service.load(council=council, facts=contents.facts, folder=folder, actor_id=actor_id)
    return LoadedCouncil(council, len(contents.wards), len(contents.postcodes), (*contents.notes, *notes))
