"""Answers that were given during a trial, kept until somebody says what was right."""

from datetime import datetime, timedelta
from typing import TypeAlias

from oriel.domain.task import TaskType
from oriel.values import dataclass

KEPT = timedelta(days=30)
"""How long the truth of an answer may take."""
WORST = -10.0
"""The score of a value that is far out, in units of the production version's mean error: one that
is absurd must not decide a trial alone."""
MICRO = 1_000_000
"""Scores are counted in millionths, as whole numbers: the same sums in any order."""

Given: TypeAlias = frozenset[str] | float
"""What is said of a picture: ids of its class or tags, or its value."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What is right, as it was counted: the scores in millionths of those who answered."""

    given: Given
    answered: int
    shadow: int | None = None


@dataclass(frozen=True, slots=True)
class TrialRecord:
    """A picture that was answered; `shadow` is what the candidate said without being heard.

    `candidate` tells whether the candidate gave the answer.
    """

    id: str
    workspace_id: str
    task_id: str
    trial_id: str
    version: int
    candidate: bool
    answer: Given
    created: datetime
    shadow: Given | None = None
    truth: Truth | None = None

    @property
    def expires(self) -> datetime:
        """When it is forgotten."""
        return self.created + KEPT


def micro_score(task_type: TaskType, answer: Given, truth: Given, error_scale: float) -> int:
    """Score an answer in millionths, 1 being right, as versions with other labels can be compared.

    Of tags it is the share of those given or right that are both (Jaccard), of values the error in
    units of the scale, below zero.
    """
    if task_type is TaskType.REGRESSION:
        return round(max(WORST, -abs(_value(answer) - _value(truth)) / error_scale) * MICRO)
    given, right = _ids(answer), _ids(truth)
    if task_type is TaskType.MULTI_CLASS or not given | right:
        return MICRO * (given == right)
    return round(len(given & right) / len(given | right) * MICRO)


def squared(score: int) -> int:
    """Return the square of a score in millionths, in millionths."""
    return round(score * score / MICRO)


def _value(given: Given) -> float:
    if not isinstance(given, float):
        raise TypeError("a regression is about values")
    return given


def _ids(given: Given) -> frozenset[str]:
    if isinstance(given, float):
        raise TypeError("labels are no values")
    return given
