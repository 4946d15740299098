"""Yes or no to each option: an option is supported when more ballots say yes than no. No view counts for neither.

The majority rule for one proposal at a time (May, "A Set of Independent Necessary and Sufficient Conditions for Simple
Majority Decision", Econometrica 1952). Level is not a majority: nothing is drawn by lot. With `quorum` an option also needs
a number of yeses. Worked example: docs/rules/more-yes-than-no.md.
"""

from __future__ import annotations

from fractions import Fraction

from participation.counting.case import Case, Reason, Verdict
from participation.counting.rule import Rule, Setting
from participation.counting.words import counted

QUORUM = Setting("quorum", "Yeses an option needs at least", "number", 0, least=0)


def count(case: Case) -> Verdict:
    yes, no = _tally(case)
    quorum = int(case.settings["quorum"])
    supported = [option for option in range(len(yes)) if yes[option] > no[option] and yes[option] >= quorum]
    supported.sort(key=lambda option: (no[option] - yes[option], option))
    return Verdict(
        selected=tuple(supported),
        scores=[str(Fraction(ayes - noes)) for ayes, noes in zip(yes, no, strict=True)],
        rounds=(),
        ties_met=(),
        reasons=[_reason(case, ayes, noes, quorum) for ayes, noes in zip(yes, no, strict=True)],
        facts={},
    )


def _tally(case: Case) -> tuple[list[int], list[int]]:
    yes, no = [0] * len(case.election.options), [0] * len(case.election.options)
    for weight, options, values in case.profile.rows():
        for option, value in zip(options, values, strict=True):
            (yes if value > 0 else no)[option] += weight
    return yes, no


def _reason(case: Case, yes: int, no: int, quorum: int) -> Reason:
    facts: dict[str, int | str] = {"yes": yes, "no": no, "no_view": case.profile.ballots - yes - no}
    said = (
        f"{counted(yes, 'ballot')} {'says' if yes == 1 else 'say'} yes, {no:,} no and {facts['no_view']:,} had no view."
    )
    if yes > no and yes < quorum:
        return Reason(f"Not supported. {said} It needs {quorum:,} yeses.", facts)
    if yes > no:
        return Reason(f"Supported. {said}", facts)
    return Reason(f"Not supported. {said}{' As many say yes as no.' if yes == no and yes else ''}", facts)


RULE = Rule(
    name="more-yes-than-no",
    title="More yes than no",
    description="Each option is counted by itself. It is supported when more residents say yes to it than no.",
    ballot_types=("views",),
    settings=(QUORUM,),
    count=count,
    promises=("monotone",),
)
