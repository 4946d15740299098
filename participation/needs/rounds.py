"""Themes, needs, options and answers now and in earlier rounds of a question, corrected together (needs notes, 4.11)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from participation.needs.evidence import EarlierShare
from participation.needs.figures import Figure, not_available, rounded
from participation.needs.summary import AnswerRow, OptionRow, PriorityRow, ThemeRow, TrendRow
from participation.needs.texts import normalised
from participation.needs.trend import BREAK, Round, changes

# Only rounds of the same question are gathered; what can differ is how it was asked.
QUESTION, WEIGHTING = "same-question", "none"
SUPPORT, BESIDE = "support", "beside"


@dataclass(frozen=True)
class _Now:
    code: str
    name: str
    share: Figure
    way: str


def trend_rows(
    themes: Sequence[ThemeRow],
    priorities: Sequence[PriorityRow],
    options: Sequence[OptionRow],
    answers: Sequence[AnswerRow],
    ballot_type: str,
    earlier: Sequence[EarlierShare],
) -> tuple[TrendRow, ...]:
    """Everything that had a share in an earlier round, against its share now.

    Needs and options are the same where a person said so. Otherwise where their names are, in words: letters, accents and
    punctuation aside; a name that stands for several needs of one round is compared with none.
    """
    now = {("theme", row.code): _Now(row.code, row.name, row.share, SUPPORT) for row in themes}
    now |= _named("need", ((row.title, _Now(row.code, row.title, row.share, SUPPORT)) for row in priorities))
    now |= _named("option", ((row.title, _Now(row.code, row.title, row.share, ballot_type)) for row in options))
    now |= _named(
        "answer",
        ((_answered(row), _Now(row.code, _answered(row), row.share, BESIDE)) for row in answers),
    )
    told = {key: one for key, one in now.items() if one.share.value is not None and one.share.base}
    coded = {("need", row.code): _Now(row.code, row.title, row.share, SUPPORT) for row in priorities}
    coded |= {("option", row.code): _Now(row.code, row.title, row.share, ballot_type) for row in options}
    said = {key: one for key, one in coded.items() if one.share.value is not None and one.share.base}
    once = Counter((_key(before), before.record) for before in earlier)
    linked = {(before.kind, before.same_as, before.record) for before in earlier if before.same_as}
    pairs: list[tuple[_Now, EarlierShare]] = []
    for before in earlier:
        if before.same_as:
            match = said.get((before.kind, before.same_as))
        else:
            match = told.get(_key(before)) if once[_key(before), before.record] == 1 else None
            if match and (match.code in before.not_as or (before.kind, match.code, before.record) in linked):
                match = None
        if match is not None:
            pairs.append((match, before))
    rounds = [
        (_round(one.share.value or 0, one.share.base or 0, one.way), _round(before.share, before.people, before.way))
        for one, before in pairs
    ]
    return tuple(
        TrendRow(
            theme=one.code,
            name=one.name,
            round=before.round,
            closed_on=before.closed_on,
            record=before.record,
            before=Figure(before.share, base=before.people),
            now=one.share,
            difference=not_available()
            if change.verdict == BREAK or change.difference is None
            else Figure(rounded(change.difference), lower=rounded(change.lower or 0), upper=rounded(change.upper or 0)),
            verdict=change.verdict,
            kind=before.kind,
            linked=before.name if before.same_as else "",
        )
        for (one, before), change in zip(pairs, changes(rounds), strict=True)
    )


def _answered(row: AnswerRow) -> str:
    return answered(row.question, row.answer)


def answered(question: str, answer: str) -> str:
    """An answer in words, with the question it is to."""
    return f"{question} – {answer}"


def _key(before: EarlierShare) -> tuple[str, str]:
    return before.kind, before.theme if before.kind == "theme" else normalised(before.name)


def _named(kind: str, rows: Iterable[tuple[str, _Now]]) -> dict[tuple[str, str], _Now]:
    found = [(normalised(title), one) for title, one in rows]
    times = Counter(name for name, _ in found)
    return {(kind, name): one for name, one in found if times[name] == 1}


def _round(share: float, people: float, way: str) -> Round:
    return Round(float(share), float(people), QUESTION, way, WEIGHTING)
