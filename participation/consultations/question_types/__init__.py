"""The types of question a vote can ask. Adding one is one file here and one entry below."""

from __future__ import annotations

from participation.consultations.question_types.approval import Approval
from participation.consultations.question_types.balance import BalanceTheBudget
from participation.consultations.question_types.best_worst import BestWorst
from participation.consultations.question_types.points import Points
from participation.consultations.question_types.question_type import Answer, Choice, Draw, Part, QuestionType, Sent, Way
from participation.consultations.question_types.ranking import Ranking
from participation.consultations.question_types.single import SingleChoice
from participation.consultations.question_types.views import Views
from participation.errors import InvalidInput

__all__ = [
    "QUESTION_TYPES",
    "Answer",
    "Choice",
    "Draw",
    "Part",
    "QuestionType",
    "Ranking",
    "Sent",
    "UnknownQuestionType",
    "Way",
    "question_type",
]

QUESTION_TYPES: tuple[QuestionType, ...] = (
    Approval(),
    SingleChoice(),
    Views(),
    Ranking(),
    Points(),
    BestWorst(),
    BalanceTheBudget(),
)


class UnknownQuestionType(InvalidInput):
    title = "That type of ballot does not exist"
    public = "There is no ballot type “{name}”."


def question_type(name: str) -> QuestionType:
    """The type of this name. Raises UnknownQuestionType."""
    for known in QUESTION_TYPES:
        if known.name == name:
            return known
    raise UnknownQuestionType(name=name)
