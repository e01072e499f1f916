"""What thresholds do to precision and recall, and which one does best by what somebody asks for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from oriel.domain.model import ModelLabel
from oriel.values import dataclass

Chances: TypeAlias = tuple[tuple[tuple[int, float], ...], ...]
"""Of each picture the labels that it may be, as columns, with their probabilities."""


class CurvePoint(NamedTuple):
    """From a probability of `threshold` on, `given` are given and `right` of these rightly."""

    threshold: float
    given: int
    right: int

    @property
    def precision(self) -> float:
        """The share of what is given that is right."""
        return self.right / self.given


@dataclass(frozen=True, slots=True)
class Curve:
    """Points by falling threshold; `total` is how many there are to be found, `count` of how many.

    Between them the points hold the best answers to all that can be asked here, as far as there are
    not very many labels.
    """

    total: int
    count: int
    points: tuple[CurvePoint, ...]

    def for_precision(self, wanted: float) -> CurvePoint | None:
        """Return the most that can be found at a precision of at least this, None for nothing."""
        fit = (point for point in self.points if point.precision >= wanted and point.right)
        return max(fit, key=lambda point: (point.right, -point.given), default=None)

    def for_recall(self, wanted: float) -> CurvePoint | None:
        """Return the most precise choice that finds at least this share, None for nothing."""
        fit = (point for point in self.points if point.right and self.recall(point) >= wanted)
        return max(fit, key=lambda point: (point.precision, point.right), default=None)

    def for_costs(self, false_positive: float, false_negative: float) -> CurvePoint | None:
        """Return the choice of the least costs, None where giving nothing costs least."""

        def cost(point: CurvePoint) -> float:
            wrong = point.given - point.right
            return false_positive * wrong + false_negative * (self.total - point.right)

        best = min(self.points, key=cost, default=None)
        if best is None or cost(best) >= false_negative * self.total:
            return None
        return best

    def recall(self, point: CurvePoint) -> float:
        """Return the share that is found of what there is; 0 where there is nothing."""
        return point.right / self.total if self.total else 0.0

    def to_json(self) -> dict[str, Any]:
        """Write the counts, from which all shares follow."""
        points = [list(point) for point in self.points]
        return {"total": self.total, "count": self.count, "points": points}

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> "Curve":
        """Read what `to_json` wrote."""
        points = tuple(CurvePoint(*point) for point in written["points"])
        return cls(written["total"], written["count"], points)


@dataclass(frozen=True, slots=True)
class Curves:
    """The curve of all answers together, and those of the labels.

    Together means, of classes, the confidence of the best label, and of tags all their decisions.
    """

    overall: Curve
    per_label: tuple[Curve, ...]

    def to_json(self, labels: Iterable[ModelLabel]) -> dict[str, Any]:
        """Write them with the ids of the labels."""
        return {
            "overall": self.overall.to_json(),
            "per_label": [
                {"id": label.id, "name": label.name, **curve.to_json()}
                for label, curve in zip(labels, self.per_label, strict=True)
            ],
        }


Choice: TypeAlias = Callable[[Curve], CurvePoint | None]
"""What somebody asks of a curve."""


def shares(curve: Curve, point: CurvePoint | None) -> dict[str, float] | None:
    """Write a point as people read it."""
    if point is None:
        return None
    return {
        "threshold": point.threshold,
        "precision": point.precision,
        "recall": curve.recall(point),
        "given": point.given / curve.count,
    }


def drawn(curve: Curve, most: int) -> Sequence[dict[str, float]]:
    """Return up to `most` points as people read them, spread over the curve."""
    points = curve.points
    if len(points) > most:
        last = len(points) - 1
        points = tuple(points[round(place * last / (most - 1))] for place in range(most))
    return [found for found in (shares(curve, point) for point in points) if found is not None]
