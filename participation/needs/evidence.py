"""The evidence of one consultation, as plain frozen values: what was asked, who took part, what they chose.

Counts are of distinct people, after exclusions, last answer each. Nothing here is a person: the finest thing is a
`Cell`, the number of people in one combination of groups. Dates are ISO text (`2026-11-22`), money is whole pence.
The engine reads no clock and no database; whoever gathers the evidence says when and from where.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from participation.needs.refusals import EvidenceRefused

WARD_GROUP, WARD, AGE, SEX = "ward_group", "ward", "age_band", "sex"
PRIORITIES, VOTE = "priorities", "vote"


@dataclass(frozen=True)
class Subject:
    """What the summary is about, and what makes it traceable."""

    consultation_id: str
    title: str
    council: str
    question: str = ""
    services: tuple[str, ...] = ()
    opened_on: str = ""
    closed_on: str = ""
    # The day the figures were taken, and the last event they include (a number or digest the gatherer can name).
    produced_on: str = ""
    cut_off: str = ""
    # draft or final.
    status: str = "draft"
    version: int = 1
    contact: str = ""
    licence: str = "Open Government Licence v3.0"
    demonstration: bool = False


@dataclass(frozen=True)
class Group:
    """One group of a dimension: a ward, an age band. `population` is None where no figure is published."""

    code: str
    name: str
    population: int | None = None
    # The larger group it is a part of, where its dimension has a parent (a ward's area).
    parent: str = ""


@dataclass(frozen=True)
class Dimension:
    """A way of grouping people. Groups do not overlap and together cover everybody who could take part.

    `parent` is the code of an earlier dimension whose groups these groups are parts of, so that hiding looks at both.
    """

    code: str
    name: str
    groups: tuple[Group, ...]
    population_source: str = ""
    population_date: str = ""
    parent: str = ""

    @property
    def population(self) -> int | None:
        """People in all groups together; None if a group has no figure."""
        total = 0
        for group in self.groups:
            if group.population is None:
                return None
            total += group.population
        return total if self.groups else None


@dataclass(frozen=True)
class Cell:
    """People in one combination of groups, in the order of `Evidence.dimensions`; None = not stated."""

    groups: tuple[str | None, ...]
    people: int


@dataclass(frozen=True)
class Quoted:
    """A list of groups that is published elsewhere already: a summary says the same of it and nothing more.

    `people` are (group, number), None where it is hidden there, "not_stated" for those who did not say; `total` is public.
    """

    dimension: str
    total: int
    people: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True)
class Activity:
    """One way to take part: saying what matters (`priorities`), voting (`vote`). `cells` add up to `people`."""

    code: str
    name: str
    people: int
    cells: tuple[Cell, ...] = ()
    quoted: tuple[Quoted, ...] = ()


@dataclass(frozen=True)
class Together:
    """How many people chose exactly these codes: all that is needed to see which choices can be told apart."""

    codes: tuple[str, ...]
    people: int


@dataclass(frozen=True)
class PriorityEvidence:
    """One published need. `supporters` are distinct people over all linked submissions, the author included."""

    code: str
    title: str
    supporters: int
    service_code: str = ""
    service: str = ""
    area_code: str = ""
    area: str = ""
    # Supporters by combination of groups, where known; add up to `supporters`.
    cells: tuple[Cell, ...] = ()
    # Supporters who do not meet who the consultation is for: not among `supporters`, and in no cell.
    apart: int = 0


@dataclass(frozen=True)
class OptionEvidence:
    """One option of the vote. `votes` are ballots that choose it; `points` only for points ballots."""

    code: str
    title: str
    cost_pence: int
    votes: int
    points: int | None = None
    funded: bool | None = None
    service: str = ""
    area: str = ""
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class Ballots:
    """How many ballots are marked exactly like this: 1 and -1 for yes and no, or an amount in pence for each line."""

    marks: tuple[tuple[str, int], ...]
    ballots: int


@dataclass(frozen=True)
class BudgetLine:
    """A line of a budget that residents balanced; `today` in pence. Income is money that comes in."""

    code: str
    title: str
    today: int
    income: bool = False
    service: str = ""


@dataclass(frozen=True)
class VoteEvidence:
    """The counted vote. The count itself, with its reasons, is the count run's; here it is quoted, not made."""

    ballots: int
    options: tuple[OptionEvidence, ...]
    ballot_type: str = "approval"
    ballots_not_counted: int = 0
    budget_pence: int | None = None
    rule: str = ""
    # Names the count run and the digest of the ballots it counted.
    count_run: str = ""
    input_digest: str = ""
    together: tuple[Together, ...] = ()
    # Only where the ballots are public: each kind of ballot by its marks, for votes of yes or no and balanced budgets.
    views: tuple[Ballots, ...] = ()
    budgets: tuple[Ballots, ...] = ()
    lines: tuple[BudgetLine, ...] = ()


@dataclass(frozen=True)
class Exclusion:
    """People left out of every figure, and why (withdrawn, out of area, ...)."""

    reason: str
    people: int


@dataclass(frozen=True)
class ThemeEvidence:
    """A theme people put published needs under: distinct `supporters` over them; `read` of them a person read one by one.

    `quotes` are passages that a moderator cleared, chosen to stand for the theme.
    """

    code: str
    name: str
    needs: int
    read: int
    supporters: int
    service_code: str = ""
    service: str = ""
    name_cy: str = ""
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True)
class EarlierShare:
    """A share in an earlier round of the same question, on how many people, and where that is published.

    `kind` is "theme", "need", "option" or "answer". A theme has its code for ever; anything else is the same where a person said
    so, or where its name is.
    `way` is how it was asked: "support", "beside" a ballot, or the type of ballot. Shares here are of people, as counted.
    """

    theme: str
    round: str
    closed_on: str
    record: str
    share: float
    people: int
    kind: str = "theme"
    name: str = ""
    way: str = "support"
    # What a person said of it: the code it is the same as now, and those it is not whatever their name.
    same_as: str = ""
    not_as: tuple[str, ...] = ()


@dataclass(frozen=True)
class AnsweredQuestion:
    """A question beside the ballot with answers to choose: how many voters gave each, in the order they were offered."""

    code: str
    words: str
    answers: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Evidence:
    """Everything a summary is made of. `check()` raises `EvidenceRefused` where it contradicts itself."""

    subject: Subject
    dimensions: tuple[Dimension, ...] = ()
    activities: tuple[Activity, ...] = ()
    priorities: tuple[PriorityEvidence, ...] = ()
    priorities_together: tuple[Together, ...] = ()
    vote: VoteEvidence | None = None
    exclusions: tuple[Exclusion, ...] = ()
    # Submissions still waiting for a moderator: not in any figure, but said.
    waiting: int = 0
    # People who were heard though they do not meet who the consultation is for: counted apart, and in no other figure.
    apart: int = 0
    themes: tuple[ThemeEvidence, ...] = ()
    earlier: tuple[EarlierShare, ...] = ()
    asked: tuple[AnsweredQuestion, ...] = ()
    # Texts beside the ballot that moderators published: under themes, and in no list of needs.
    worded: int = 0
    # People can still take part: nothing about a group is in the evidence. Groupings that were taken out of it, and the needs
    # and options of which nothing by group is left in it, by their names.
    groups_later: bool = False
    left_out: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()

    def activity(self, code: str) -> Activity | None:
        return next((activity for activity in self.activities if activity.code == code), None)

    def check(self) -> None:
        """Raise `EvidenceRefused` naming the first thing that does not add up."""
        _unique("dimension", (dimension.code for dimension in self.dimensions))
        _unique("activity", (activity.code for activity in self.activities))
        _unique("priority", (priority.code for priority in self.priorities))
        _unique("question", (question.code for question in self.asked))
        for question in self.asked:
            _whole(f"the answers to “{question.words}”", *(people for _, people in question.answers))
        for dimension in self.dimensions:
            _unique(f"{dimension.code} group", (group.code for group in dimension.groups))
            _whole(f"the population of a {dimension.code} group", *(g.population or 0 for g in dimension.groups))
        self._check_parents()
        for activity in self.activities:
            self._check_cells(f"the activity “{activity.code}”", activity.people, activity.cells)
        for exclusion in self.exclusions:
            _whole(f"the people left out as “{exclusion.reason}”", exclusion.people)
        _whole("the number of submissions waiting", self.waiting)
        _whole("the number of people counted apart", self.apart)
        self._check_priorities()
        self._check_themes()
        if self.vote is not None:
            self._check_vote(self.vote)

    def _check_parents(self) -> None:
        """A dimension with a parent comes after it, and each of its groups names one of the parent's groups."""
        seen: dict[str, set[str]] = {}
        for dimension in self.dimensions:
            if dimension.parent:
                known = seen.get(dimension.parent, set())
                strays = [group.code for group in dimension.groups if group.parent not in known]
                if strays or not known:
                    raise EvidenceRefused(problem=f"{dimension.code} groups are not all parts of a {dimension.parent}.")
            seen[dimension.code] = {group.code for group in dimension.groups}

    def _check_priorities(self) -> None:
        activity = self.activity(PRIORITIES)
        if self.priorities and activity is None:
            raise EvidenceRefused(problem="there are priorities but nobody is said to have supported any.")
        for priority in self.priorities:
            place = f"the priority “{priority.code}”"
            self._check_cells(place, priority.supporters, priority.cells)
            _whole(f"the people counted apart of {place}", priority.apart)
            if priority.apart > self.apart:
                raise EvidenceRefused(problem=f"{place} has more supporters counted apart than there are.")
            if activity is not None and priority.supporters > activity.people:
                raise EvidenceRefused(problem=f"{place} has more supporters than people who took part.")
        people = activity.people if activity else 0
        counts = {priority.code: priority.supporters for priority in self.priorities}
        _check_together(self.priorities_together, counts, people)

    def _check_themes(self) -> None:
        _unique("theme", (theme.code for theme in self.themes))
        activity = self.activity(PRIORITIES)
        for theme in self.themes:
            _whole(f"a number of the theme “{theme.name}”", theme.needs, theme.read, theme.supporters)
            if theme.read > theme.needs or theme.needs > len(self.priorities) + self.worded:
                raise EvidenceRefused(problem=f"the theme “{theme.name}” has more needs than there are.")
            if activity is None or theme.supporters > activity.people:
                raise EvidenceRefused(
                    problem=f"the theme “{theme.name}” has more supporters than people who took part."
                )

    def _check_vote(self, vote: VoteEvidence) -> None:
        _whole("the number of ballots", vote.ballots, vote.ballots_not_counted)
        _unique("option", (option.code for option in vote.options))
        for option in vote.options:
            place = f"the option “{option.code}”"
            _whole(f"the cost of {place}", option.cost_pence)
            self._check_cells(place, option.votes, option.cells)
            if option.votes > vote.ballots:
                raise EvidenceRefused(problem=f"{place} has more votes than there are ballots.")
        self._check_marks(vote)
        _check_together(vote.together, {option.code: option.votes for option in vote.options}, vote.ballots)

    def _check_marks(self, vote: VoteEvidence) -> None:
        _unique("line", (line.code for line in vote.lines))
        options, lines = {option.code for option in vote.options}, {line.code for line in vote.lines}
        for kind, known in ((vote.views, options), (vote.budgets, lines)):
            _whole("the ballots of a kind", *(one.ballots for one in kind))
            if sum(one.ballots for one in kind) > vote.ballots:
                raise EvidenceRefused(problem="there are more kinds of ballots than ballots.")
            if any(code not in known for one in kind for code, _ in one.marks):
                raise EvidenceRefused(problem="a ballot marks something that is not asked about.")

    def _check_cells(self, place: str, people: int, cells: tuple[Cell, ...]) -> None:
        _whole(f"the number of people of {place}", people)
        if not cells:
            return
        known = [{group.code for group in dimension.groups} for dimension in self.dimensions]
        for cell in cells:
            _whole(f"a cell of {place}", cell.people)
            if len(cell.groups) != len(known):
                raise EvidenceRefused(problem=f"a cell of {place} does not name one group per dimension.")
            for dimension, codes, code in zip(self.dimensions, known, cell.groups, strict=True):
                if code is not None and code not in codes:
                    raise EvidenceRefused(problem=f"{place} names the unknown {dimension.code} “{code}”.")
            self._check_family(place, cell)
        if sum(cell.people for cell in cells) != people:
            raise EvidenceRefused(problem=f"the cells of {place} do not add up to its {people:,} people.")

    def _check_family(self, place: str, cell: Cell) -> None:
        """Somebody of a ward is of that ward's area; somebody who gave no ward gave no area."""
        places = {dimension.code: number for number, dimension in enumerate(self.dimensions)}
        for dimension, code in zip(self.dimensions, cell.groups, strict=True):
            if dimension.parent:
                wanted = next((group.parent for group in dimension.groups if group.code == code), None)
                if cell.groups[places[dimension.parent]] != wanted:
                    raise EvidenceRefused(problem=f"a cell of {place} puts {code} into another {dimension.parent}.")


def _unique(kind: str, codes: Iterable[str]) -> None:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise EvidenceRefused(problem=f"the {kind} “{code}” is there twice.")
        seen.add(code)


def _whole(what: str, *values: int) -> None:
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise EvidenceRefused(problem=f"{what} must be a whole number, 0 or more, not {value!r}.")


def _check_together(together: tuple[Together, ...], counts: dict[str, int], people: int) -> None:
    """Patterns may leave people out who chose nothing, but must give every choice its own count."""
    if not together:
        return
    found = dict.fromkeys(counts, 0)
    for pattern in together:
        _whole("the people of a pattern of choices", pattern.people)
        for code in set(pattern.codes):
            if code not in found:
                raise EvidenceRefused(problem=f"a pattern of choices names “{code}”, which is not asked about.")
            found[code] += pattern.people
    if sum(pattern.people for pattern in together) > people:
        raise EvidenceRefused(problem="the patterns of choices hold more people than took part.")
    for code, count in counts.items():
        if found[code] != count:
            raise EvidenceRefused(problem=f"the patterns give “{code}” {found[code]:,} people, the count {count:,}.")
