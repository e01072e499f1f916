"""How well a model does, as its card says it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from oriel.domain.card.blocks import Block, Chart, Matrix, Paragraph, Section, Series, Table
from oriel.domain.card.curves import kinds, precision_recall, reliability
from oriel.domain.card.words import between, number, share
from oriel.domain.model import Model

MOST_IN_MATRIX = 40
"""A matrix of more labels is read by nobody."""
MOST_ROWS = 200
MOST_POINTS = 500

_TOTALS = {
    "mean_average_precision": "mean average precision",
    "micro_f1": "F1 of all decisions",
    "exact_match": "share of pictures without a mistake",
}
_ERRORS = {"mae": "mean absolute error", "rmse": "root mean squared error"}


def figure_sections(model: Model, known: Mapping[str, Any]) -> Iterator[Section]:
    """Yield what was measured, from the whole to the parts."""
    yield Section("How well it does", (Table(("figure", "value"), _totals(model, known)),))
    if known.get("per_label"):
        yield Section("Label by label", tuple(_by_label(known["per_label"])))
    if known.get("confusion"):
        yield Section("What is taken for what", tuple(_confusion(known)))
    if known.get("curves"):
        yield Section("Precision and recall", tuple(precision_recall(known["curves"])))
    if known.get("calibration"):
        yield Section("What probabilities mean", tuple(reliability(known["calibration"])))
    if known.get("predictions"):
        yield Section("Predicted against actual", (_scatter(known["predictions"]),))
    if known.get("slices"):
        yield Section("Kinds of pictures", tuple(kinds(known["slices"])))


def _totals(model: Model, known: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    rows = []
    if model.accuracy is not None:
        rows.append(("accuracy", between(model.accuracy, known.get("accuracy_interval"))))
    for names, write in ((_TOTALS, share), (_ERRORS, number)):
        rows += [
            (said, between(known[name], known.get(f"{name}_interval"), write))
            for name, said in names.items()
            if name in known
        ]
    if "r2" in known:
        rows.append(("R2, the share of the variance that is explained", share(known["r2"])))
    rows.append(("pictures measured", f"{int(known.get('test_count', 0)):,}"))
    return tuple(rows)


def _by_label(rows: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
    tags = "average_precision" in rows[0]
    head = ("label", "precision", "recall", "F1", "test pictures")
    yield Table(
        (*head, "average precision") if tags else head,
        tuple(
            (
                str(row["name"]),
                *(share(row[name]) for name in ("precision", "recall", "f1")),
                str(row["support"]),
                *((share(row["average_precision"]),) if tags else ()),
            )
            for row in rows[:MOST_ROWS]
        ),
    )
    if len(rows) > MOST_ROWS:
        yield Paragraph(f"{len(rows) - MOST_ROWS} more labels are in the evaluation.")


def _confusion(known: Mapping[str, Any]) -> Iterator[Block]:
    counts = known["confusion"]
    if len(counts) > MOST_IN_MATRIX:
        yield Paragraph(f"The matrix of {len(counts)} labels is in the evaluation.")
        return
    names = tuple(str(row["name"]) for row in known["per_label"])
    yield Paragraph("Rows say what was predicted, columns what is true; numbers count pictures.")
    yield Matrix(names, tuple(tuple(int(count) for count in row) for row in counts))


def _scatter(predictions: Sequence[Mapping[str, Any]]) -> Chart:
    # They come with the largest errors first: every so many of them shows all kinds.
    step = -(-len(predictions) // MOST_POINTS)
    points = tuple((float(one["actual"]), float(one["predicted"])) for one in predictions[::step])
    return Chart(
        title="Predicted against actual",
        x="actual",
        y="predicted",
        series=(Series("test pictures", points),),
        lines=False,
        diagonal=True,
        across=None,
    )
