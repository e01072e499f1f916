"""What answers of a classifier cost where some mistakes are worse than others."""

import math
from collections.abc import Sequence

from oriel.domain.curves import Chances
from oriel.values import dataclass

MAX_LABELS = 100
Matrix = Sequence[Sequence[float]]
"""`costs[predicted][actual]`, in the order of the model's labels, as a confusion matrix is."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Test pictures: what each may be, the likeliest first, and the column of what it is."""

    chances: Chances
    actual: Sequence[int]

    def __len__(self) -> int:
        """Count the pictures."""
        return len(self.actual)


@dataclass(frozen=True, slots=True)
class Outlay:
    """What a way to answer costs a picture; `accuracy` is that of what is answered.

    It is None where nothing is. `answered` is the share that is.
    """

    cost: float
    answered: float
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class Priced:
    """The outlay of the best label, of the label of the least expected costs, and of a threshold.

    With a price for no answer the second keeps silent where that is cheaper, and `threshold` is the
    confidence from which on the best label is worth to be told; None tells nothing at all, and
    without the price there is no such thing.
    """

    best_label: Outlay
    least_costs: Outlay
    with_threshold: Outlay | None
    threshold: float | None


def priced(judged: Judged, costs: Matrix, silence: float | None) -> Priced:
    """Price the answers to test pictures, of which there is at least one."""
    best = [row[0][0] for row in judged.chances]
    cautious = [_cheapest(row, costs, silence) for row in judged.chances]
    threshold, outlay = None, None
    if silence is not None:
        threshold = _threshold(judged, costs, silence)
        limit = math.inf if threshold is None else threshold
        told = [row[0][0] if row[0][1] >= limit else None for row in judged.chances]
        outlay = _outlay(told, judged, costs, silence)
    return Priced(
        _outlay(best, judged, costs, silence),
        _outlay(cautious, judged, costs, silence),
        outlay,
        threshold,
    )


def _cheapest(row: Sequence[tuple[int, float]], costs: Matrix, silence: float | None) -> int | None:
    """Return the answer of the least expected costs, None for none; the likelier of equals."""

    def expected(column: int) -> float:
        return math.fsum(chance * costs[column][actual] for actual, chance in row)

    likely = [column for column, _ in row]
    others = sorted(set(range(len(costs))) - set(likely))
    answer = min([*likely, *others], key=expected)
    return None if silence is not None and silence < expected(answer) else answer


def _outlay(
    told: Sequence[int | None], judged: Judged, costs: Matrix, silence: float | None
) -> Outlay:
    total, answered, right = 0.0, 0, 0
    for answer, actual in zip(told, judged.actual, strict=True):
        if answer is None:
            total += silence or 0.0
            continue
        total += costs[answer][actual]
        answered, right = answered + 1, right + (answer == actual)
    accuracy = right / answered if answered else None
    return Outlay(total / len(judged), answered / len(judged), accuracy)


def _threshold(judged: Judged, costs: Matrix, silence: float) -> float | None:
    """Return the confidence from which on to tell the best label costs least, None for never."""
    ranked = sorted(
        (
            (row[0][1], costs[row[0][0]][actual] - silence)
            for row, actual in zip(judged.chances, judged.actual, strict=True)
        ),
        reverse=True,
    )
    best, least, running = None, 0.0, 0.0
    for place, (confidence, worth) in enumerate(ranked):
        running += worth
        is_last_of_equals = place + 1 == len(ranked) or ranked[place + 1][0] < confidence
        if is_last_of_equals and running < least:
            best, least = confidence, running
    return best
