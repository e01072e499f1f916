"""What a card shows of thresholds, of probabilities and of kinds of pictures."""

from collections.abc import Iterator, Mapping
from typing import Any

from oriel.domain.card.blocks import Block, Chart, Paragraph, Series, Table
from oriel.domain.card.chart import MOST_SERIES
from oriel.domain.card.words import between, number, share
from oriel.domain.curves import Curve, drawn
from oriel.domain.slices import ACCURACY

MOST_POINTS = 60
MOST_KINDS = 10
_WANTED = (0.5, 0.8, 0.9, 0.95, 0.99)


def precision_recall(curves: Mapping[str, Any]) -> Iterator[Block]:
    """Show what a threshold for the probability costs and brings."""
    overall = Curve.from_json(curves["overall"])
    yield Paragraph(
        "Answers below a threshold of the probability can be set aside: precision is the share of "
        "the others that is right, recall the share of all right ones that is among them."
    )
    named = [("all together", overall)]
    if len(curves["per_label"]) < MOST_SERIES:
        named += [(str(one["name"]), Curve.from_json(one)) for one in curves["per_label"]]
    series = tuple(Series(name, _points(curve)) for name, curve in named if curve.points)
    yield Chart("Precision by recall", "recall", "precision", series)
    rows = tuple(_threshold(overall, wanted) for wanted in _WANTED)
    yield Table(("precision wanted", "threshold", "precision", "recall"), rows)


def _points(curve: Curve) -> tuple[tuple[float, float], ...]:
    return tuple((one["recall"], one["precision"]) for one in drawn(curve, MOST_POINTS))


def _threshold(curve: Curve, wanted: float) -> tuple[str, ...]:
    point = curve.for_precision(wanted)
    if point is None:
        return (share(wanted), "not reached", "", "")
    figures = (point.threshold, point.precision, curve.recall(point))
    return (share(wanted), *map(share, figures))


def reliability(calibration: Mapping[str, Any]) -> Iterator[Block]:
    """Show whether of the answers with a probability of 0.8 eight in ten are right."""
    bins = [one for one in calibration["bins"] if one["count"]]
    points = tuple((float(one["confidence"]), float(one["share"])) for one in bins)
    yield Paragraph(
        "Where the probabilities mean what they say, the line lies on the diagonal: of the answers "
        "with a probability of 0.8, eight in ten are right."
    )
    yield Chart(
        "Reliability",
        "mean probability of the answers",
        "share that is right",
        (Series("answers", points),),
        diagonal=True,
    )
    rows = (
        ("expected calibration error without temperature", share(calibration["ece_before"])),
        ("expected calibration error as served", share(calibration["ece_after"])),
        ("temperature", number(calibration["temperature"])),
    )
    yield Table(("figure", "value"), rows)


def kinds(slices: Mapping[str, Any]) -> Iterator[Block]:
    """Show on which kinds of pictures the model does worst."""
    worst = slices["worst_first"][:MOST_KINDS]
    yield Paragraph(
        f"{slices['tested']} kinds of at least {slices['minimum']} different pictures were looked "
        f"at, by label, size, brightness and meta data; {slices['too_small']} more are too small. "
        "A kind stands out where it is worse than the rest by more than chance, also for the worst "
        "of so many (Holm's correction)."
    )
    if not worst:
        return
    write = share if slices["figure"] == ACCURACY else number
    yield Table(
        ("kind", "pictures", slices["figure"], "of the rest", "stands out"),
        tuple(
            (
                f"{one['by']}: {one['value']}",
                str(one["count"]),
                between(one["score"], (one["low"], one["high"]), write),
                write(one["rest"]),
                "yes" if one["stands_out"] else "no",
            )
            for one in worst
        ),
    )
