"""Figures with names that last: every number a decision may rest on has an address within its frozen version.

`need:<code>`, `option:<code>`, `theme:<code>` and `people:<activity>:<grouping>:<group>`. A name is looked up in the frozen
summary, so a figure's page can show nothing that the version does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from participation.commissioning import figure_words as say
from participation.commissioning.refusals import FigureNotFound
from participation.needs.figures import NOT_AVAILABLE, Figure
from participation.needs.summary import Summary


@dataclass(frozen=True, slots=True)
class NamedFigure:
    """A figure as its page shows it: what it says, of whom, and the range and base where there are any."""

    name: str
    title: str
    what: str
    value: str
    share: str
    range: str
    base: str
    # As data: the number, or why there is none.
    number: int | float | dict[str, str]
    proportion: int | float | dict[str, str]


def figures_of(summary: Summary) -> Iterator[NamedFigure]:
    """Every figure that can be named, in the order of the summary. Hidden ones have a name too: they say that they are hidden."""
    for need in summary.priorities:
        yield _named(f"need:{need.code}", need.title, "People who support this need", need.supporters, need.share)
    for option in summary.options:
        yield _named(
            f"option:{option.code}", option.title, "Ballots that chose this option", option.votes, option.share
        )
    for theme in summary.themes:
        what = f"People who support a need under this theme, to the nearest {summary.method.threshold}"
        yield _named(f"theme:{theme.code}", theme.name, what, theme.supporters, theme.share)
    for table in summary.participation:
        for row in table.rows:
            title = f"{table.dimension_name}: {row.name}"
            yield _named(
                f"people:{table.activity}:{table.dimension}:{row.code}",
                title,
                f"People who took part: {table.activity_name.lower()}",
                row.people,
                row.share,
            )


def figure_named(summary: Summary, name: str) -> NamedFigure:
    """Raises FigureNotFound."""
    found = next((figure for figure in figures_of(summary) if figure.name == name), None)
    if found is None:
        raise FigureNotFound()
    return found


def _named(name: str, title: str, what: str, value: Figure, share: Figure) -> NamedFigure:
    return NamedFigure(
        name=name,
        title=title,
        what=what,
        value=say.number(value),
        share=say.share(share) if share.shown else "",
        range=say.percentage_range(share),
        base=f"{share.base:,} people" if share.shown and share.base else "",
        number=_data(value),
        proportion=_data(share),
    )


def _data(figure: Figure) -> int | float | dict[str, str]:
    return {"missing": figure.status or NOT_AVAILABLE} if figure.value is None else figure.value
