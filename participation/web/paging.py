"""Long lists in pages: one count and one page of rows, whatever the length of the list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request, url_for
from sqlalchemy import Select, func, select

from participation.errors import NotFound
from participation.extensions import db

Row = TypeVar("Row")
PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Listing(Generic[Row]):
    """One page of a list: its `rows`, its `number` from 1, and how many rows there are in `total`."""

    rows: list[Row]
    number: int
    total: int
    per_page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.per_page))

    @property
    def first(self) -> int:
        """The place of the page's first row in the whole list, from 1; 0 when there is none."""
        return (self.number - 1) * self.per_page + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.number * self.per_page, self.total)

    @property
    def shown_numbers(self) -> list[int | None]:
        """The page numbers to link: first, last and those around this one; None stands for a gap."""
        near = {1, self.pages, *range(self.number - 1, self.number + 2)}
        numbers: list[int | None] = []
        for number in sorted(number for number in near if 1 <= number <= self.pages):
            last = numbers[-1] if numbers else 0
            if last is not None and number - last > 1:
                numbers.append(None)
            numbers.append(number)
        return numbers


def asked_page() -> int:
    """The page number of the address (`?page=3`). Raises NotFound when it is not a whole number from 1."""
    text = request.args.get("page", "1")
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= 1_000_000:
        raise NotFound()
    return int(text[:9])


def paged(query: Select[Row], *, number: int, per_page: int = PER_PAGE) -> Listing[Row]:
    """One page of an ordered query of one entity. Raises NotFound past the end, except for page 1 of nothing."""
    total = db.session.execute(select(func.count()).select_from(query.order_by(None).subquery())).scalar_one()
    page = query.limit(per_page).offset((number - 1) * per_page)
    rows: list[Row] = list(db.session.scalars(page).unique())
    if number > 1 and not rows:
        raise NotFound()
    return Listing(rows, number, total, per_page)


def page_link(number: int) -> str:
    """The address of another page of this list, with the same filters."""
    arguments = {**(request.view_args or {}), **request.args.to_dict(flat=False), "page": number}
    return url_for(request.endpoint or "", **arguments)
