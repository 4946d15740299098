"""The resident-needs summary: what is published, and nothing more.

A summary holds only figures that may be seen by its readers: what is hidden is not in it. `to_json` is canonical (keys
sorted, no spaces, numbers rounded when they were made), so equal evidence, threshold and seed give equal bytes and one
digest. Shape and rounding: needs notes, 4.14 and 4.15.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from participation.needs import canonical
from participation.needs.canonical import ADDED
from participation.needs.evidence import Subject
from participation.needs.figures import Figure, not_applicable

METHOD_VERSION = "needs-1"
# Everybody who said something meets who the consultation is for.
NONE_APART = not_applicable()


@dataclass(frozen=True)
class Method:
    """What, besides the evidence, decides the figures."""

    version: str
    threshold: int
    seed: int
    draws: int
    # Numbers of people in groups are to the nearest so many; 1 = exact.
    rounding: int = field(default=1, metadata=ADDED)


@dataclass(frozen=True)
class ParticipationRow:
    """One group: how many took part, against how many live here.

    `rate` is people / population. `share` is of the people who gave an answer; `gap` is share minus population share
    (0.05 = 5 percentage points over). `ratio` is share / population share, with a 95% range. `standing` is under, in line,
    over, or blank where it cannot be said; `more_needed` people of the group would bring it to four fifths of its
    population share.
    """

    code: str
    name: str
    people: Figure
    population: Figure
    rate: Figure
    share: Figure
    population_share: Figure
    gap: Figure
    ratio: Figure
    standing: str
    more_needed: Figure
    # The larger group it is a part of, where its table has a parent.
    parent: str = field(default="", metadata=ADDED)


@dataclass(frozen=True)
class ParticipationTable:
    """Who took part in one activity, by one dimension. Rows are all groups, then "Not stated"; they add up to `people`.

    `representativeness` is 1 - half the sum of absolute gaps; hidden groups count as one, so that it tells nothing
    about them. `chance_shortfall` is what 1 - representativeness would be by pure luck. `together` is the row of all
    hidden groups taken as one (it follows from what is shown), None where nothing is hidden.
    """

    activity: str
    activity_name: str
    dimension: str
    dimension_name: str
    people: Figure
    population: Figure
    population_source: str
    population_date: str
    rows: tuple[ParticipationRow, ...]
    representativeness: Figure
    chance_shortfall: Figure
    together: ParticipationRow | None = None
    # The dimension whose groups these groups are parts of: wards of groups of wards.
    parent: str = field(default="", metadata=ADDED)


@dataclass(frozen=True)
class PriorityRow:
    """One need, in order of distinct supporters. `rank` is 1 + the needs with more supporters, so ties share it.

    `rank_low` to `rank_high` is the range of ranks in 95% of seeded resamples. `score` is 100 x the lower end of the
    share's range. `weighted_share` is adjusted to the population, or says why not. Rows below the threshold come last,
    by code, without a rank. `apart` are supporters who do not meet who the consultation is for: in no other figure, and
    rounded like the supporters of a theme.
    """

    code: str
    title: str
    service_code: str
    service: str
    area_code: str
    area: str
    rank: Figure
    rank_low: Figure
    rank_high: Figure
    supporters: Figure
    share: Figure
    score: Figure
    weighted_share: Figure
    confidence: str
    apart: Figure = field(default=NONE_APART, metadata=ADDED)


@dataclass(frozen=True)
class OptionRow:
    """One option of the vote: the plain, recountable count first; shares and ranges only describe it."""

    code: str
    title: str
    service: str
    area: str
    cost_pence: int
    votes: Figure
    points: Figure
    share: Figure
    rank: Figure
    rank_low: Figure
    rank_high: Figure
    weighted_share: Figure
    # "yes", "no", or "" while no count is published.
    funded: str


@dataclass(frozen=True)
class GroupHead:
    """A column of a breakdown: the group, and how many of it took part."""

    code: str
    name: str
    people: Figure


@dataclass(frozen=True)
class BreakdownRow:
    """One choice: people who chose it, in each group (same order as the heads), and as a share of the group."""

    code: str
    title: str
    total: Figure
    people: tuple[Figure, ...]
    shares: tuple[Figure, ...]


@dataclass(frozen=True)
class BreakdownTable:
    activity: str
    dimension: str
    dimension_name: str
    heads: tuple[GroupHead, ...]
    rows: tuple[BreakdownRow, ...]


@dataclass(frozen=True)
class ComparisonRow:
    """One group against everybody else on one choice. `verdict`: clear difference, no clear difference, too few."""

    activity: str
    dimension: str
    dimension_name: str
    group_code: str
    group_name: str
    code: str
    title: str
    share: Figure
    rest: Figure
    difference: Figure
    p_adjusted: Figure
    verdict: str


@dataclass(frozen=True)
class MarginFit:
    """How one group of a margin stood before and after weighting, as shares."""

    dimension: str
    group: str
    target: float
    before: float
    after: float


@dataclass(frozen=True)
class WeightingReport:
    """How the adjusted shares of one activity were made, or the `reason` why there are none.

    `people` n, `effective_base` (sum w)^2 / sum w^2, `design_effect` n / effective base, `efficiency` its inverse.
    """

    activity: str
    used: bool
    reason: str
    dimensions: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    people: int | None = None
    effective_base: float | None = None
    design_effect: float | None = None
    efficiency: float | None = None
    lowest_weight: float | None = None
    highest_weight: float | None = None
    trimmed: int = 0
    largest_misfit: float | None = None
    fit: tuple[MarginFit, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One sentence for page one, with how sure we are of it: high, medium or low."""

    text: str
    confidence: str


@dataclass(frozen=True)
class Limit:
    """A caveat: a fixed code, and its sentence. None can be switched off by whoever exports."""

    code: str
    text: str


@dataclass(frozen=True)
class ThemeRow:
    """A theme in residents' words. `supporters` are rounded to the nearest threshold, so that no two themes tell of a few people.

    `needs` is how many published needs are under it, `checked` the share of those that a person read one by one.
    """

    code: str
    name: str
    name_cy: str
    service_code: str
    service: str
    needs: Figure
    checked: Figure
    supporters: Figure
    share: Figure
    quotes: tuple[str, ...]


@dataclass(frozen=True)
class TrendRow:
    """A theme, need or option (`kind`) now and in an earlier round of the same question. No difference across a break."""

    theme: str
    name: str
    round: str
    closed_on: str
    record: str
    before: Figure
    now: Figure
    difference: Figure
    verdict: str
    kind: str = field(default="theme", metadata=ADDED)
    # A person said that it is the same as what had this name in the earlier round; "" where its own name says so.
    linked: str = field(default="", metadata=ADDED)


@dataclass(frozen=True)
class ConsensusRow:
    """Whether groups agree on a need or option, from what is shown of them: the lowest and the highest share of a grouping.

    `verdict`: shared (groups were compared, and none clearly differs), divided (one does), or too few to say.
    """

    activity: str
    dimension: str
    dimension_name: str
    code: str
    title: str
    lowest_group: str
    lowest: Figure
    highest_group: str
    highest: Figure
    compared: int
    verdict: str


@dataclass(frozen=True)
class StatementRow:
    """One option of a vote of yes or no: counts of the whole vote, and what each opinion group says of it.

    `support` is yes out of all ballots, with its range; `by_group` the share of yes in each opinion group that says yes or no.
    """

    code: str
    title: str
    agree: Figure
    disagree: Figure
    no_view: Figure
    support: Figure
    by_group: tuple[Figure, ...]
    verdict: str


@dataclass(frozen=True)
class OpinionGroup:
    """People who vote alike, by what is on public ballots: how many of those with enough views. Who is in it is nowhere."""

    label: str
    ballots: Figure
    share: Figure


@dataclass(frozen=True)
class BudgetRow:
    """What balanced budgets do with one line. Money in pence: today, and the middle and mean change with the middle's range."""

    code: str
    title: str
    service: str
    kind: str
    today: int
    change: Figure
    mean_change: Figure
    raised: Figure
    kept: Figure
    cut: Figure


@dataclass(frozen=True)
class FlowRow:
    """Where money would go: pence that an average ballot moves from one line to another."""

    giver_code: str
    giver: str
    taker_code: str
    taker: str
    pence: Figure


@dataclass(frozen=True)
class AnswerRow:
    """One answer to a question beside the ballot. `people` is rounded to the nearest threshold, and so is the base of `share`."""

    code: str
    question: str
    answer: str
    people: Figure
    share: Figure


@dataclass(frozen=True)
class Summary:
    """The resident-needs summary of one consultation at one cut-off."""

    subject: Subject
    method: Method
    participation: tuple[ParticipationTable, ...]
    priorities: tuple[PriorityRow, ...]
    options: tuple[OptionRow, ...]
    # Base of the priorities' and the options' shares.
    people_with_priorities: Figure
    ballots: Figure
    ballots_not_counted: Figure
    ballot_type: str
    rule: str
    count_run: str
    input_digest: str
    exclusions: tuple[tuple[str, Figure], ...]
    breakdowns: tuple[BreakdownTable, ...]
    comparisons: tuple[ComparisonRow, ...]
    weighting: tuple[WeightingReport, ...]
    findings: tuple[Finding, ...]
    who_took_part: tuple[str, ...]
    how_sure: tuple[str, ...]
    use: tuple[str, ...]
    limits: tuple[Limit, ...]
    themes: tuple[ThemeRow, ...] = field(default=(), metadata=ADDED)
    trends: tuple[TrendRow, ...] = field(default=(), metadata=ADDED)
    consensus: tuple[ConsensusRow, ...] = field(default=(), metadata=ADDED)
    statements: tuple[StatementRow, ...] = field(default=(), metadata=ADDED)
    opinion_groups: tuple[OpinionGroup, ...] = field(default=(), metadata=ADDED)
    budget: tuple[BudgetRow, ...] = field(default=(), metadata=ADDED)
    flows: tuple[FlowRow, ...] = field(default=(), metadata=ADDED)
    answers: tuple[AnswerRow, ...] = field(default=(), metadata=ADDED)
    # People who were heard though they do not meet who the consultation is for, rounded.
    people_apart: Figure = field(default=NONE_APART, metadata=ADDED)

    def to_json(self) -> str:
        """Canonical JSON: the body that is stored, signed and compared."""
        return canonical.dump(self)

    @classmethod
    def from_json(cls, body: str) -> Summary:
        """The summary of a canonical body. Raises `SummaryUnreadable`."""
        return canonical.load(cls, body)

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON, in hexadecimal."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()
