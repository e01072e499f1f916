"""When a model says that it does not know."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from enum import StrEnum

from oriel.domain.risk import RiskCoverage
from oriel.values import dataclass

MAX_COSTS = 1000
"""Pairs of labels in a table of costs, which lies in the item of its task."""


class AbstentionMode(StrEnum):
    """What decides."""

    OFF = "off"
    THRESHOLD = "threshold"
    TARGET_ERROR = "target_error"
    COSTS = "costs"


class AbstentionReason(StrEnum):
    """Why an answer was not given."""

    UNSURE = "unsure"
    NOT_MEASURED = "not_measured"
    TARGET_OUT_OF_REACH = "target_out_of_reach"
    TOO_COSTLY = "too_costly"


@dataclass(frozen=True, slots=True)
class Costs:
    """What wrong answers cost, in any unit; right ones cost nothing.

    `wrong[actual][answered]` by ids of labels; what is not in it costs `otherwise`. `abstaining` is
    the cost of giving no answer.
    """

    abstaining: float
    otherwise: float = 1.0
    wrong: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def expected(self, labels: Sequence[str], chances: Sequence[float], answered: int) -> float:
        """Return what it costs on average to answer with the label in column `answered`."""
        return sum(
            chance * self.wrong.get(label, {}).get(labels[answered], self.otherwise)
            for column, (label, chance) in enumerate(zip(labels, chances, strict=True))
            if column != answered
        )


@dataclass(frozen=True, slots=True)
class Abstention:
    """What a task says of answers that are not sure enough; only what its mode needs is set."""

    mode: AbstentionMode = AbstentionMode.OFF
    threshold: float | None = None
    target_error: float | None = None
    costs: Costs | None = None

    def reason(
        self, labels: Sequence[str], chances: Sequence[float], risk: RiskCoverage | None
    ) -> AbstentionReason | None:
        """Say why the most probable label is no answer, None where it is one.

        `chances` are calibrated probabilities of `labels`; `risk` is the model's own curve.
        """
        best = max(range(len(chances)), key=lambda column: chances[column])
        if self.costs is not None:
            too_costly = self.costs.expected(labels, chances, best) > self.costs.abstaining
            return AbstentionReason.TOO_COSTLY if too_costly else None
        if self.target_error is not None:
            return _beyond(self.target_error, chances[best], risk)
        if self.threshold is not None and chances[best] < self.threshold:
            return AbstentionReason.UNSURE
        return None


OFF = Abstention()


def _beyond(target: float, chance: float, risk: RiskCoverage | None) -> AbstentionReason | None:
    if risk is None:
        return AbstentionReason.NOT_MEASURED
    threshold = risk.threshold_for(target)
    if threshold is None:
        return AbstentionReason.TARGET_OUT_OF_REACH
    return AbstentionReason.UNSURE if chance < threshold else None


@dataclass(frozen=True, slots=True)
class Selective:
    """How a setting did on test pictures: the share that was answered, and that of wrong answers.

    `error` is None where nothing was answered; `error_of_all` is that without any abstention.
    """

    mode: AbstentionMode
    coverage: float
    error: float | None
    error_of_all: float


def selective(
    setting: Abstention,
    labels: Sequence[str],
    answers: Sequence[tuple[Sequence[float], int]],
    risk: RiskCoverage | None,
) -> Selective:
    """Measure a setting on probabilities and the right column of at least one picture."""
    answered = wrong = all_wrong = 0
    for chances, actual in answers:
        is_wrong = max(range(len(chances)), key=lambda column: chances[column]) != actual
        all_wrong += is_wrong
        if setting.reason(labels, chances, risk) is None:
            answered += 1
            wrong += is_wrong
    return Selective(
        mode=setting.mode,
        coverage=answered / len(answers),
        error=wrong / answered if answered else None,
        error_of_all=all_wrong / len(answers),
    )
