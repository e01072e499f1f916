"""How often the answers of a model are wrong that it is at least so sure of."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from oriel.values import dataclass

MOST_POINTS = 50
"""Of a curve: it travels with its model, whose item holds 400 KB."""


class Kept(NamedTuple):
    """Of the answers that are at least so sure: how many there are, and how many wrong ones."""

    threshold: float
    answers: int
    wrong: int


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """A risk-coverage curve: `points` from the surest answers alone to all of them.

    El-Yaniv and Wiener 2010, "On the Foundations of Noise-free Selective Classification". The
    answers are to pictures that the model was not fitted to, so that the curve holds for new ones.
    """

    points: tuple[Kept, ...]

    @classmethod
    def from_points(cls, points: Iterable[Sequence[float]] | None) -> "RiskCoverage | None":
        """Read a curve that was written as a list of its points."""
        if points is None:
            return None
        return cls(tuple(Kept(float(at), int(count), int(wrong)) for at, count, wrong in points))

    @classmethod
    def of(cls, confidences: Iterable[float], right: Iterable[bool]) -> "RiskCoverage | None":
        """Measure answers; None where there are none."""
        answers = sorted(zip(confidences, right, strict=True), reverse=True)
        points, wrong = [], 0
        for count, (confidence, is_right) in enumerate(answers, 1):
            wrong += not is_right
            # Answers that are equally sure are kept, or not, together.
            if count == len(answers) or answers[count][0] < confidence:
                points.append(Kept(confidence, count, wrong))
        return cls(tuple(_thinned(points))) if points else None

    def threshold_for(self, target_error: float) -> float | None:
        """Return the least confidence from which on no more answers are wrong than that share.

        One further wrong answer is counted beside those seen, so that a few right ones prove
        nothing: a target of 0.01 takes at least 99 answers. None where no threshold will do.
        """
        good = (
            point.threshold
            for point in reversed(self.points)
            if point.wrong + 1 <= target_error * (point.answers + 1)
        )
        return next(good, None)


def _thinned(points: Sequence[Kept]) -> Sequence[Kept]:
    """Keep so many points, at even steps of coverage, and the last."""
    if len(points) <= MOST_POINTS:
        return points
    step, kept = points[-1].answers / MOST_POINTS, list[Kept]()
    for point in points:
        if point.answers >= step * (len(kept) + 1):
            kept.append(point)
    return kept
