"""Refusals of the councils room."""

from __future__ import annotations

from participation.errors import InvalidInput


class GroupsRefused(InvalidInput):
    """Groups of wards that do not hold every ward once, or are not groups."""

    title = "These groups cannot be used"
    public = "{problem}"

    def __init__(self, problem: str) -> None:
        super().__init__(problem=problem)
