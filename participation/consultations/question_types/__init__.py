"""The types of question a vote can ask. Adding one is one file here and one entry below."""

from __future__ import annotations

from participation.consultations.question_types.approval import Approval
from participation.consultations.question_types.points import Points
from participation.consultations.question_types.question_type import Answer, Choice, QuestionType, Sent
from participation.consultations.question_types.ranking import Ranking
from participation.errors import InvalidInput

__all__ = [
    "QUESTION_TYPES",
    "Answer",
    "Choice",
    "QuestionType",
    "Ranking",
    "Sent",
    "UnknownQuestionType",
    "question_type",
]

QUESTION_TYPES: tuple[QuestionType, ...] = (Approval(), Ranking(), Points())


class UnknownQuestionType(InvalidInput):
    title = "That type of ballot does not exist"
    public = "There is no ballot type “{name}”."


def question_type(name: str) -> QuestionType:
    """The type of this name. Raises UnknownQuestionType."""
    for known in QUESTION_TYPES:
        if known.name == name:
            return known
    raise UnknownQuestionType(name=name)
