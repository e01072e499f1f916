"""What a model's figures are, for each type of task."""

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Protocol

from oriel.domain.model import ModelLabel
from oriel.values import dataclass

_Z_95 = 1.959964


class Figures(Protocol):
    """How well a model does on test pictures."""

    @property
    def accuracy(self) -> float | None:
        """The one figure in [0, 1] that the model is known by; None where there is none."""

    def totals(self) -> dict[str, Any]:
        """Return the figures of the model as a whole."""

    def by_label(self, labels: Sequence[ModelLabel]) -> dict[str, Any]:
        """Return the figures of single labels, whose number has no small bound."""


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """Precision, recall and F1 in [0, 1] of one label; `support` is its number of pictures."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """Of a multi_class task: `accuracy` is the share of pictures whose best label is right.

    `confusion[predicted][actual]` counts pictures.
    """

    accuracy: float
    confusion: tuple[tuple[int, ...], ...]
    per_label: tuple[LabelFigures, ...]

    def totals(self) -> dict[str, Any]:
        """Return nothing: the accuracy is the model's own."""
        return {}

    def by_label(self, labels: Sequence[ModelLabel]) -> dict[str, Any]:
        """Return each label's figures and what is taken for what."""
        return {
            "per_label": [
                {"id": label.id, "name": label.name, **asdict(of_label)}
                for label, of_label in zip(labels, self.per_label, strict=True)
            ],
            "confusion": [list(row) for row in self.confusion],
        }


@dataclass(frozen=True, slots=True)
class TagFigures:
    """Of a multi_label task, each tag given from a probability of 0.5 on.

    `accuracy` is the share of right decisions, one for each picture and tag, whether the picture
    has it: where tags are rare, a model that gives none does well by it, and the others say so.
    `exact_match` is the share of pictures with all tags right and none wrong, `micro_f1` the F1 of
    all tags' decisions together. `average_precisions` do not depend on 0.5; they are None for a tag
    that no test picture has.
    """

    accuracy: float
    exact_match: float
    micro_f1: float
    per_label: tuple[LabelFigures, ...]
    average_precisions: tuple[float | None, ...]

    @property
    def mean_average_precision(self) -> float | None:
        """The mean over the tags that test pictures have; None where none has any."""
        known = [one for one in self.average_precisions if one is not None]
        return math.fsum(known) / len(known) if known else None

    def totals(self) -> dict[str, Any]:
        """Return the figures of all tags together."""
        return {
            "mean_average_precision": self.mean_average_precision,
            "micro_f1": self.micro_f1,
            "exact_match": self.exact_match,
        }

    def by_label(self, labels: Sequence[ModelLabel]) -> dict[str, Any]:
        """Return each tag's figures."""
        rows = zip(labels, self.per_label, self.average_precisions, strict=True)
        return {
            "per_label": [
                {"id": label.id, "name": label.name, **asdict(own), "average_precision": precision}
                for label, own, precision in rows
            ]
        }


@dataclass(frozen=True, slots=True)
class ValueFigures:
    """Of a regression: mean absolute and root mean squared error in the label's units, and the R2.

    R2 is the share of the variance that the model explains: 1 at best, 0 for always answering the
    mean. It is None where all test pictures have one value.
    """

    mae: float
    rmse: float
    r2: float | None

    @property
    def accuracy(self) -> None:
        """A number is not right or wrong."""
        return

    def totals(self) -> dict[str, Any]:
        """Return all figures."""
        return asdict(self)

    def by_label(self, labels: Sequence[ModelLabel]) -> dict[str, Any]:  # noqa: ARG002 - only one
        """Return nothing: the only label's figures are the model's."""
        return {}


def wilson_interval(share: float, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a share seen in `count` trials (Wilson, JASA 22, 1927)."""
    square = _Z_95**2
    scale = 1 + square / count
    middle = (share + square / (2 * count)) / scale
    spread = math.sqrt(share * (1 - share) / count + square / (4 * count**2))
    half = _Z_95 / scale * spread
    # Rounding would miss the ends by a little.
    low = 0.0 if share == 0 else max(0.0, middle - half)
    return low, 1.0 if share == 1 else min(1.0, middle + half)
