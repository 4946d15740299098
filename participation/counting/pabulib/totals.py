"""The totals a file states about itself, against its ballots."""

from __future__ import annotations

import numpy as np

from participation.counting.pabulib.columns import Columns
from participation.counting.pabulib.head import Head
from participation.counting.pabulib.refusals import PabulibError


def check_totals(head: Head, columns: Columns) -> tuple[str, ...]:
    """Recount the `votes` column and, for cumulative ballots, the `score` column.

    Raises PabulibError where `votes` or `score` is neither the number of ballots (the sum of points) nor, as in the
    public library, the number of times the project is named with repeats inside a ballot counted each time. Returns
    warnings about what was found and put right.
    """
    warnings = [
        f"line {repeat.line}: ballot {repeat.voter_id!r} names {repeat.named - repeat.counted} project(s) again;"
        " each is counted once"
        for repeat in columns.repeats
    ]
    counted = np.bincount(columns.projects, minlength=len(head.project_list))
    slack = sum(repeat.named - repeat.counted for repeat in columns.repeats)
    for project, votes in zip(head.project_list, counted.tolist(), strict=True):
        if project.votes is not None and not votes <= project.votes <= votes + slack:
            problem = f"project {project.code!r} states {project.votes} votes, its ballots are {votes}"
            raise PabulibError(problem, file=head.name, line=project.line, field="votes")
    if head.vote_type == "cumulative":
        _check_score(head, columns)
    return tuple(warnings)


def _check_score(head: Head, columns: Columns) -> None:
    assert columns.points is not None  # cumulative ballots have points, or the head was refused
    scores = np.zeros(len(head.project_list), np.int64)
    np.add.at(scores, columns.projects, columns.points)
    for project, score in zip(head.project_list, scores.tolist(), strict=True):
        if project.score is not None and project.score != score:
            problem = f"project {project.code!r} states a score of {project.score}, its points are {score}"
            raise PabulibError(problem, file=head.name, line=project.line, field="score")
