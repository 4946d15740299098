"""What is voted on: options with costs, and the money there is for them.

All money is whole units: pence in the product; in an imported file the smallest decimal unit that makes the budget and
every cost whole. `unit` says how many of them make one unit of the currency, which matters for two things only: how
amounts are written, and the step of the add1 completion of equal shares.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from participation.errors import InvalidInput


class ElectionError(InvalidInput):
    """An election that cannot be counted: no two options may share a code, and no amount may be negative."""

    title = "This vote is not set up correctly"


@dataclass(frozen=True, slots=True)
class Step:
    """One amount a line of a budget may have, and what follows from it in a sentence."""

    amount: int
    words: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing residents can choose.

    `code` is a string everywhere and is never read as a number. `tags` are `kind:value` pairs ("ward:Bede",
    "category:Parks") used by pots and by the fairness report. A line of a budget has `steps`, today's amount (its `cost`)
    among them, and may be `income`: money that comes in. `needs` are codes of options without which this one cannot be had,
    `excludes` of those it cannot be had together with, whichever of the two says so.
    """

    code: str
    cost: int
    title: str = ""
    tags: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    income: bool = False
    needs: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The title, or the code where an option has none."""
        return self.title or self.code

    def tagged(self, kind: str) -> tuple[str, ...]:
        """The values of the tags of one kind, in the order given."""
        prefix = kind + ":"
        return tuple(tag[len(prefix) :] for tag in self.tags if tag.startswith(prefix))


@dataclass(frozen=True)
class Election:
    """Options in listed order, the budget, and the facts of the vote that a count needs.

    `currency`    written before amounts: "£", or a code such as "PLN".
    `threshold`   score an option needs before it may win, where the vote declared one ("file" in the rules' settings).
    `top_points`  points a first place on a ranking earns when a rule counts points (one less for each later place);
                  None: as many as the longest ranking cast, so that three places earn 3, 2 and 1.
    Raises ElectionError for repeated codes, empty codes and negative amounts.
    """

    options: tuple[Option, ...]
    budget: int
    unit: int = 100
    currency: str = "£"
    threshold: Fraction | None = None
    top_points: int | None = None
    title: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if self.budget < 0:
            raise ElectionError("The budget cannot be negative.")
        if self.unit != 10 ** (len(str(self.unit)) - 1):
            raise ElectionError("A currency unit is made of 1, 10, 100 or another power of ten of smallest units.")
        for option in self.options:
            if not option.code:
                raise ElectionError("Every option needs a code.")
            if option.cost < 0:
                raise ElectionError(f"The cost of {option.code} cannot be negative.")
            if any(step.amount < 0 for step in option.steps):
                raise ElectionError(f"No step of {option.code} can be negative.")
        if len(self.index) != len(self.options):
            raise ElectionError("Two options have the same code.")

    @cached_property
    def index(self) -> dict[str, int]:
        """Listed position of each code, counted from 0."""
        return {option.code: position for position, option in enumerate(self.options)}

    @cached_property
    def costs(self) -> tuple[int, ...]:
        return tuple(option.cost for option in self.options)

    @cached_property
    def linked(self) -> bool:
        """Whether an option needs or excludes another one."""
        return any(option.needs or option.excludes for option in self.options)

    def missing(self, option: Option, chosen: Container[str]) -> str:
        """The code of an option that this one needs and that is not among the chosen; "" for none."""
        return next((code for code in option.needs if code in self.index and code not in chosen), "")

    def rival(self, option: Option, chosen: Iterable[str]) -> str:
        """The code of a chosen option that this one cannot join; "" for none."""
        return next((code for code in chosen if code in option.excludes or option.code in self[code].excludes), "")

    def __getitem__(self, code: str) -> Option:
        return self.options[self.index[code]]

    def codes(self, indexes: Iterable[int]) -> tuple[str, ...]:
        return tuple(self.options[index].code for index in indexes)

    def money(self, amount: int | Fraction) -> str:
        """An amount as people write it: "£34,000", "£12.50", "PLN 6.94". Rounded down to pence, or hundredths."""
        places = len(str(self.unit)) - 1
        if isinstance(amount, int) or amount.denominator == 1:
            whole, part = divmod(abs(int(amount)), self.unit)
        else:
            places = max(places, 2)
            whole, part = divmod(int(abs(amount) * 10**places / self.unit), 10**places)
        decimals = f".{part:0{places}d}" if part else ""
        gap = " " if self.currency[-1:].isalnum() else ""
        return f"{'−' if amount < 0 else ''}{self.currency}{gap}{whole:,}{decimals}"
