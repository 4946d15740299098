"""All counting rules, and the one door through which ballots are counted."""

from __future__ import annotations

from collections.abc import Mapping

from participation.counting.case import Case, Verdict
from participation.counting.elections import Election
from participation.counting.outcome import OptionResult, Outcome
from participation.counting.profile import Profile
from participation.counting.rule import Rule, UnknownRule
from participation.counting.rules import (
    amounts,
    best_worst,
    borda,
    equal_shares,
    greedy,
    irv,
    max_welfare,
    middle_step,
    phragmen,
    plurality,
    schulze,
    stv,
    views,
)
from participation.counting.ties import Ties
from participation.errors import InvalidInput

RULES: tuple[Rule, ...] = (
    *greedy.RULES,
    equal_shares.RULE,
    phragmen.RULE,
    max_welfare.RULE,
    plurality.RULE,
    borda.RULE,
    irv.RULE,
    schulze.RULE,
    stv.RULE,
    amounts.RULE,
    best_worst.RULE,
    views.RULE,
    middle_step.RULE,
)


class WrongBallots(InvalidInput):
    title = "This rule cannot count these ballots"
    public = "{rule} cannot count {ballot_type} ballots."


def rule_named(name: str) -> Rule:
    """The rule with this name. Raises UnknownRule."""
    for rule in RULES:
        if rule.name == name:
            return rule
    raise UnknownRule(name=name)


def count(
    election: Election,
    profile: Profile,
    *,
    rule: str,
    settings: Mapping[str, str | int | bool],
    ties: Ties,
    explain: bool = True,
    path: str = "auto",
) -> Outcome:
    """Count the ballots. Same input, same outcome, byte for byte, whatever the `path` ("auto", "reference", "compiled").

    Raises UnknownRule, UnknownSetting, SettingRefused, WrongBallots, and what the rule itself refuses.
    """
    chosen = rule_named(rule)
    if profile.ballot_type not in chosen.ballot_types:
        raise WrongBallots(rule=chosen.title, ballot_type=profile.ballot_type.replace("_", "-"))
    case = Case(election, profile, chosen.clean(settings), ties, explain, path)
    return _outcome(case, chosen, chosen.count(case))


def _outcome(case: Case, rule: Rule, verdict: Verdict) -> Outcome:
    election, profile = case.election, case.profile
    position = {option: place for place, option in enumerate(verdict.selected, start=1)}
    options = tuple(
        OptionResult(
            code=option.code,
            cost=option.cost,
            votes=profile.votes[index],
            score=verdict.scores[index],
            selected=index in position,
            position=position.get(index),
            sentence=verdict.reasons[index].sentence,
            facts=verdict.reasons[index].facts,
        )
        for index, option in enumerate(election.options)
    )
    return Outcome(
        rule=rule.name,
        settings=case.settings,
        ties=str(case.ties),
        ballot_type=profile.ballot_type,
        budget=election.budget,
        unit=election.unit,
        currency=election.currency,
        ballots=profile.ballots,
        ballots_not_counted=profile.not_counted,
        remarks=profile.remarks,
        selected=election.codes(verdict.selected),
        total_cost=sum(election.costs[option] for option in verdict.selected),
        rounds=tuple(verdict.rounds),
        ties_met=tuple(verdict.ties_met),
        options=options,
        facts=verdict.facts,
    )
