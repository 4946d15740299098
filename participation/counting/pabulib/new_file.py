"""Make a new Pabulib file from an election and its ballots, such that the public checker finds no error in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import BinaryIO

from participation.counting.ballots import Limits
from participation.counting.elections import Election, Option
from participation.counting.pabulib.cells import join_cells
from participation.counting.pabulib.numbers import written
from participation.counting.payloads import Payload, marks
from participation.errors import InvalidInput

VOTE_TYPES = {
    "approval": "approval",
    "single": "approval",
    "knapsack": "approval",
    "ranking": "ordinal",
    "points": "cumulative",
}
STATED = ("description", "country", "unit", "district", "subunit", "instance")
OUTCOME = ("rule", "date_begin", "date_end")


LIBRARY_RULES = (
    "greedy",
    "greedy-no-skip",
    "greedy-threshold",
    "greedy-exclusive",
    "greedy-custom",
    "equalshares",
    "equalshares-comparison",
    "equalshares/add1",
    "equalshares/add1-comparison",
    "unknown",
)


class NotWritable(InvalidInput):
    """The format has no way to say this."""

    title = "This vote cannot be saved as a Pabulib file"
    public = "This vote cannot be saved as a Pabulib file: {reason}."


def compose(
    target: BinaryIO,
    *,
    election: Election,
    ballot_type: str,
    ballots: Sequence[tuple[str, Payload]],
    meta: Mapping[str, str],
    limits: Limits | None = None,
    selected: Collection[str] | None = None,
) -> None:
    """Write a new file to an open binary file.

    `ballots` are (voter id, payload); ids must differ and should be numbers in a random order, never a resident's own.
    `meta` holds at least description, country, unit, instance, rule (see `rule_name`), date_begin and date_end
    (dd.mm.yyyy); the numbers are worked out here, and a rule the library does not know is written `unknown`. Raises
    NotWritable for missing entries, ties in a ranking, and ballot types Pabulib has not.
    """
    if ballot_type not in VOTE_TYPES:
        raise NotWritable(reason=f"it has no {ballot_type.replace('_', '-')} ballots")
    missing = [key for key in (*STATED, *OUTCOME) if key not in meta and key not in ("district", "subunit")]
    if missing:
        raise NotWritable(reason=f"{', '.join(missing)} must be stated")
    marked = [(voter_id, _ordered(payload, ballot_type)) for voter_id, payload in ballots]
    entries = _entries(election, ballot_type, marked, meta, limits or Limits())
    _write(target, ["META"], ["key", "value"], *entries)
    _write(target, ["PROJECTS"], *_projects(election, ballot_type, marked, selected))
    with_points = ballot_type == "points"
    _write(target, ["VOTES"], ["voter_id", "vote", "points"] if with_points else ["voter_id", "vote"])
    for voter_id, found in marked:
        cells = [voter_id, ",".join(code for code, _ in found)]
        _write(target, [*cells, ",".join(str(value) for _, value in found)] if with_points else cells)


def rule_name(rule: str, settings: Mapping[str, str | int | bool]) -> str:
    """The library's name of a count; `unknown` where it has none for exactly these settings.

    Its add1 starts at the whole part of the share and only stops before overspending; its threshold is the file's own.
    """
    chosen = dict(settings)
    threshold = chosen.get("threshold", "none")
    if rule == "greedy" and threshold in ("none", "file"):
        if threshold == "file":
            return "greedy-threshold" if chosen.get("skip", True) else "unknown"
        return "greedy" if chosen.get("skip", True) else "greedy-no-skip"
    if rule != "equal-shares" or threshold != "none" or chosen.get("satisfaction", "cost") != "cost":
        return "unknown"
    completion = chosen.get("completion", "none")
    larger = (completion, chosen.get("endowment"), chosen.get("stop")) == ("add1", "integral", "overspend")
    if completion != "none" and not larger:
        return "unknown"
    return "equalshares" + ("/add1" if larger else "") + ("-comparison" if chosen.get("compare") else "")


def _ordered(payload: Payload, ballot_type: str) -> list[tuple[str, int]]:
    found = marks(payload, ballot_type)
    if ballot_type == "ranking" and len({place for _, place in found}) < len(found):
        raise NotWritable(reason="a ranking has options of equal standing")
    if ballot_type == "points":
        return sorted(found, key=lambda mark: -mark[1])
    return sorted(found, key=lambda mark: mark[1]) if ballot_type == "ranking" else found


def _entries(
    election: Election,
    ballot_type: str,
    marked: Sequence[tuple[str, list[tuple[str, int]]]],
    meta: Mapping[str, str],
    limits: Limits,
) -> list[list[str]]:
    vote_type = VOTE_TYPES[ballot_type]
    if vote_type == "approval" and limits.max_choices == 1 and all(len(found) == 1 for _, found in marked):
        vote_type = "choose-1"
    numbers = {
        "num_projects": str(len(election.options)),
        "num_votes": str(len(marked)),
        "budget": written(election.budget, election.unit),
        "vote_type": vote_type,
    }
    everything_fits = bool(election.options) and sum(election.costs) <= election.budget
    later = {key: value for key, value in meta.items() if key not in (*STATED, *OUTCOME)}
    stated = {
        **{key: meta[key] for key in STATED if key in meta},
        **numbers,
        **{key: meta[key] for key in OUTCOME},
        "rule": meta["rule"] if meta["rule"] in LIBRARY_RULES else "unknown",
        **_limits(election, ballot_type, vote_type, limits),
        **({"fully_funded": "1"} if everything_fits else {}),
        **later,
    }
    return [[key, value] for key, value in stated.items()]


def _limits(election: Election, ballot_type: str, vote_type: str, limits: Limits) -> dict[str, str]:
    stated: dict[str, int | None] = {
        "min_length": limits.min_choices,
        "max_length": None if limits.max_choices is None else min(limits.max_choices, len(election.options)),
    }
    if vote_type == "cumulative":
        stated |= {"max_points": limits.max_each, "min_sum_points": limits.min_points}
        stated["max_sum_points"] = limits.max_points
    entries = {key: str(value) for key, value in stated.items() if value is not None}
    most = election.budget if ballot_type == "knapsack" and limits.max_total is None else limits.max_total
    if vote_type == "approval" and most is not None:
        entries["max_sum_cost"] = written(most, election.unit)
    if election.threshold is not None:
        entries["min_project_score_threshold"] = str(election.threshold)
    return entries


def _projects(
    election: Election,
    ballot_type: str,
    marked: Sequence[tuple[str, list[tuple[str, int]]]],
    selected: Collection[str] | None,
) -> list[list[str]]:
    votes = dict.fromkeys(election.index, 0)
    score = dict.fromkeys(election.index, 0)
    for _, found in marked:
        for code, value in found:
            votes[code] += 1
            score[code] += value
    header = ["project_id", "cost", "votes", *(["score"] if ballot_type == "points" else []), "name"]
    kinds = {
        kind: column for kind, column in _TAGGED.items() if any(option.tagged(kind) for option in election.options)
    }
    rows = [header + list(kinds.values()) + (["selected"] if selected is not None else [])]
    for option in election.options:
        cells = [_code(option), written(option.cost, election.unit), str(votes[option.code])]
        cells += [str(score[option.code])] if ballot_type == "points" else []
        cells += [option.label, *(",".join(option.tagged(kind)) for kind in kinds)]
        rows.append(cells + ([str(int(option.code in selected))] if selected is not None else []))
    return rows


_TAGGED = {"category": "category", "ward": "district"}


def _code(option: Option) -> str:
    if "," in option.code or option.code != option.code.strip():
        raise NotWritable(reason=f"the code {option.code!r} has a comma or blanks around it")
    return option.code


def _write(target: BinaryIO, *rows: Sequence[str]) -> None:
    for cells in rows:
        target.write(join_cells(" ".join(cell.split()) for cell in cells).encode() + b"\n")
