"""Tables of votes by group: only those that were named before the vote opened, counted once, while the box is opened.

Ward, age band, sex and channel travel inside each envelope. At the opening they are counted in memory and let go; afterwards
nothing links a ballot to a group, so that no other table can ever be made. Figures that would say something about a few
people are hidden before anything is written (`needs.vote_tables`), and the hidden numbers are kept nowhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from participation.counting import Profile
from participation.extensions import db
from participation.needs.vote_tables import hidden_votes
from participation.voting.definition import GROUP_TITLES, SMALLEST_BOARD, Definition
from participation.voting.models import StratumTally
from participation.voting.refusals import SetUpRefused
from participation.voting.sealing import Envelope

NOT_STATED = "not-stated"
# Ballots that say for each option whether the voter is for it; others have no such figure.
BALLOTS = ("approval", "single", "views", "ranking", "points")


_CHANNELS = {"online": "Online", "paper": "On paper", "assisted": "With help"}
# The letter in the envelope of each group of definition.GROUP_TITLES.
_LETTERS = {"ward": "w", "age": "a", "sex": "x", "channel": "c"}


def checked(names: Iterable[str], ballot_type: str) -> list[str]:
    """The names in their usual order. Raises SetUpRefused for one there is not, or a ballot without such figures."""
    chosen = set(names)
    if chosen - set(_LETTERS):
        raise SetUpRefused("Choose groups from the list.", field="breakdowns")
    if chosen and ballot_type not in BALLOTS:
        raise SetUpRefused("This type of ballot has no tables of votes by group.", field="breakdowns")
    return [name for name in _LETTERS if name in chosen]


def tallies(vote_id: int, definition: Definition, envelopes: Sequence[Envelope]) -> list[dict[str, Any]]:
    """The rows of all tables that the definition names; none when too few voted for a list of ballots."""
    named = definition.facts["breakdowns"]
    if not named or len(envelopes) < SMALLEST_BOARD:
        return []
    together: dict[tuple[str, ...], list[Mapping[str, Any]]] = defaultdict(list)
    for envelope in envelopes:
        together[tuple(envelope.strata.get(_LETTERS[name], "") for name in named)].append(envelope.payload)
    cells = {place: _cell(definition, payloads) for place, payloads in together.items()}
    return [
        {"vote_id": vote_id, "breakdown": name, **figure}
        for place, name in enumerate(named)
        for figure in _table(definition, _margin(cells, place))
    ]


def _cell(definition: Definition, payloads: list[Mapping[str, Any]]) -> tuple[int, tuple[int, ...]]:
    """(ballots, ballots for each option) of those that are counted, read as the count reads them."""
    profile = Profile.from_ballots(
        definition.election, payloads, ballot_type=definition.question.name, limits=definition.counted_limits,
        earlier=definition.earlier,
    )  # fmt: skip
    return profile.ballots, profile.support


def _margin(
    cells: Mapping[tuple[str, ...], tuple[int, tuple[int, ...]]], place: int
) -> dict[str, tuple[int, tuple[int, ...]]]:
    found: dict[str, tuple[int, tuple[int, ...]]] = {}
    for groups, (ballots, support) in cells.items():
        before = found.get(groups[place], (0, (0,) * len(support)))
        found[groups[place]] = (before[0] + ballots, tuple(a + b for a, b in zip(before[1], support, strict=True)))
    return dict(sorted(found.items()))


def _table(definition: Definition, margin: Mapping[str, tuple[int, tuple[int, ...]]]) -> Iterable[dict[str, Any]]:
    people = [ballots for ballots, _ in margin.values()]
    votes = list(zip(*(support for _, support in margin.values()), strict=True))
    unknown, masks = hidden_votes(votes, people, definition.facts["smallest_shown"], each=votes_each(definition))
    for place, group in enumerate(margin):
        category = group or NOT_STATED
        yield {"category": category, "option_code": "", "ballots": None if place in unknown else people[place]}
        for option, row, mask in zip(definition.election.options, votes, masks, strict=True):
            yield {"category": category, "option_code": option.code, "ballots": None if place in mask else row[place]}


def votes_each(definition: Definition) -> int:
    """How many options everybody is for, where a ballot says exactly that; 1 also where they may be for none; otherwise 0."""
    limits = definition.limits
    if definition.question.name == "single" or limits.max_choices == 1:
        return 1
    exact = definition.question.name in ("approval", "ranking") and limits.max_choices == limits.min_choices
    return limits.min_choices if exact else 0


def figures_of(vote_id: int) -> list[StratumTally]:
    """All figures, table by table; only for what is published, and for the act that publishes."""
    query = select(StratumTally).where(StratumTally.vote_id == vote_id)
    order = (StratumTally.breakdown, StratumTally.category, StratumTally.option_code)
    return list(db.session.execute(query.order_by(*order)).scalars())


@dataclass(frozen=True, slots=True)
class GroupTable:
    """A published table as a page shows it: the longer of groups and options goes down. None is a hidden figure."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[int | None]]]

    @property
    def figures(self) -> int:
        return sum(len(figures) for _, figures in self.rows)

    @property
    def hidden(self) -> int:
        return sum(figure is None for _, figures in self.rows for figure in figures)

    @property
    def is_readable(self) -> bool:
        """Whether enough of it is shown for a page; the rest is in the file all the same."""
        return 4 * (self.figures - self.hidden) >= self.figures


def tables_of(vote_id: int, definition: Definition, wards: Mapping[str, str]) -> list[GroupTable]:
    """All tables of a published vote, in the order of the definition; `wards` are the names of ward codes."""
    found: dict[str, dict[str, dict[str, int | None]]] = defaultdict(lambda: defaultdict(dict))
    for one in figures_of(vote_id):
        found[one.breakdown][one.category][one.option_code] = one.ballots
    return [_shown(name, found[name], definition, wards) for name in definition.facts["breakdowns"] if name in found]


def _shown(
    name: str, groups: Mapping[str, Mapping[str, int | None]], definition: Definition, wards: Mapping[str, str]
) -> GroupTable:
    said = {**wards, **_CHANNELS, NOT_STATED: "Not stated"}
    across = [said.get(code, code) for code in groups]
    lines = [("All ballots", "")] + [(option.label, option.code) for option in definition.election.options]
    figures = [[groups[code][option] for code in groups] for _, option in lines]
    titles = [title for title, _ in lines]
    if len(across) > len(lines):
        figures = [list(column) for column in zip(*figures, strict=True)]
        titles, across = across, titles
    return GroupTable(name, GROUP_TITLES[name], across, list(zip(titles, figures, strict=True)))
