"""The counting room: ballots in, explained outcome out.

Pure: no web, no database, no clock, no chance. Seeds and settings are arguments; money is whole units; whatever decides
is a whole number or an exact ratio. A new rule is one file in `rules/` and one entry in `registry.RULES`.
"""

from __future__ import annotations

from participation.counting.ballots import Limits, Problem, problems
from participation.counting.elections import Election, ElectionError, Option, Step
from participation.counting.outcome import ENGINE, OptionResult, Outcome, Remark, Round
from participation.counting.payloads import arranged, canonical
from participation.counting.profile import Profile
from participation.counting.registry import RULES, WrongBallots, count, rule_named
from participation.counting.rule import Rule, Setting, SettingRefused, UnknownRule, UnknownSetting
from participation.counting.ties import TieMet, Ties, UnknownTiePolicy

__all__ = [
    "ENGINE",
    "RULES",
    "Election",
    "ElectionError",
    "Limits",
    "Option",
    "OptionResult",
    "Outcome",
    "Problem",
    "Profile",
    "Remark",
    "Round",
    "Rule",
    "Setting",
    "SettingRefused",
    "Step",
    "TieMet",
    "Ties",
    "UnknownRule",
    "UnknownSetting",
    "UnknownTiePolicy",
    "WrongBallots",
    "arranged",
    "canonical",
    "count",
    "problems",
    "rule_named",
]
