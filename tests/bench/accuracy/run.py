"""How often models are right, on data sets whose figures others have published.

Garments: the accuracy on 10,000 test pictures after training on as many or more. Photographs: five
folds of a few hundred. Tags and values: questions whose answers follow from the garments. Beside
each stands what knows nothing, and what others reach.
"""

import argparse
import json
import os
from typing import Any

from oriel_vision.backbone import Backbone

from infra.local.demo.make_sample import LABELS
from infra.local.demo.progress import say
from tests.bench.accuracy import full, garments, instant
from tests.bench.accuracy.photographs import photographs
from tests.bench.accuracy.pictures import embed

BACKBONE = "lite0-int8"
SMALL = 1e-3
USUAL, EVERY = 10_000, 60_000
NAMES = (
    "instant_10k",
    "instant_seconds",
    "full_10k",
    "full_60k",
    "full_seconds",
    "full_device",
    "ece_before",
    "ece_after",
    "onnx_parity",
    "tagging_map",
    "regression_r2",
    "photos_5fold",
)
"""Of the last line's object; null for what this run did not measure."""


def describe(parser: argparse.ArgumentParser) -> None:
    """Say what can be chosen."""
    parser.add_argument(
        "--pictures",
        type=int,
        default=USUAL,
        help="training pictures, up to 60,000, which takes a GPU (default: %(default)s)",
    )
    parser.add_argument(
        "--test", type=int, default=USUAL, help="test pictures (default: %(default)s)"
    )
    parser.add_argument(
        "--seconds",
        type=int,
        default=600,
        help="time budget of the full training (default: %(default)s)",
    )
    parser.add_argument(
        "--only",
        choices=("instant", "full", "photos"),
        help="one part alone; all three take about a quarter of an hour on two cores",
    )
    parser.add_argument(
        "--options",
        type=json.loads,
        default={},
        help="further options of the full training as JSON, such as '{\"epochs\": 20}'",
    )


def run(arguments: argparse.Namespace) -> None:
    """Measure what is asked for, say what it means, and print one JSON object at the end."""
    found: dict[str, Any] = dict.fromkeys(NAMES)
    parts = {"photos": _photographs, "instant": _instant, "full": _full}
    for name, measure in parts.items():
        if arguments.only in {None, name}:
            found |= measure(arguments)
    say(json.dumps(found))


def _photographs(_: argparse.Namespace) -> dict[str, Any]:
    pictures = photographs()
    say(f"Photographs: {len(pictures)} of {len(pictures.labels)} classes, five folds")
    backbone = Backbone.load(BACKBONE, threads=os.cpu_count() or 1)
    shares = instant.photographs(pictures, embed(backbone, pictures, "embedding"))
    largest = max(pictures.targets.tolist().count(one) for one in set(pictures.targets.tolist()))
    _table(
        ("instant head", shares["head"]),
        ("nearest class centre of the same embeddings", shares["centroid"]),
        ("raw pixels", shares["pixels"]),
        ("the commonest class", largest / len(pictures)),
    )
    return {"photos_5fold": shares["head"]}


def _instant(arguments: argparse.Namespace) -> dict[str, Any]:
    embedded = _embedded(arguments)
    say(f"Garments, instant: {arguments.pictures:,} training pictures, {arguments.test:,} others")
    accuracy, seconds = instant.classes(embedded, len(LABELS))
    mean_precision, any_order = instant.tagging(embedded)
    r2 = instant.regression(embedded)
    _table(
        (f"accuracy of the head, solved in {seconds:.1f} s", accuracy),
        *garments.PEERS,
        ("six tags: mean average precision", mean_precision),
        ("six tags: in any order", any_order),
        ("share of ink: R2", r2),
        ("share of ink: always the mean", 0.0),
    )
    key = {"instant_10k": accuracy} if arguments.pictures == USUAL else {}
    return {
        **key,
        "instant_seconds": seconds,
        "tagging_map": mean_precision,
        "regression_r2": r2,
    }


def _embedded(arguments: argparse.Namespace) -> instant.Embedded:
    backbone = Backbone.load(BACKBONE, threads=os.cpu_count() or 1)
    train, test = garments.training(arguments.pictures), garments.test(arguments.test)
    return instant.Embedded(
        train,
        test,
        embed(backbone, train.pictures(), "embedding the training pictures"),
        embed(backbone, test.pictures(), "embedding the test pictures"),
    )


def _full(arguments: argparse.Namespace) -> dict[str, Any]:
    say(f"Garments, full: {arguments.pictures:,} training pictures, {arguments.seconds} s")
    train = garments.training(arguments.pictures).pictures()
    test = garments.test(arguments.test).pictures()
    options = {"time_budget_seconds": arguments.seconds, **arguments.options}
    result = full.train(train, test, options)
    _table(
        (f"accuracy after {result.seconds:.0f} s on {result.device}", result.accuracy),
        *garments.PEERS,
        ("calibration error as trained", result.ece_before),
        ("calibration error as served", result.ece_after),
        ("largest difference of a probability, ONNX to torch", result.onnx_parity),
    )
    sizes = {USUAL: "full_10k", EVERY: "full_60k"}
    key = {sizes[arguments.pictures]: result.accuracy} if arguments.pictures in sizes else {}
    return {
        **key,
        "full_seconds": result.seconds,
        "full_device": result.device,
        "ece_before": result.ece_before,
        "ece_after": result.ece_after,
        "onnx_parity": result.onnx_parity,
    }


def _table(*rows: tuple[str, float]) -> None:
    for name, figure in rows:
        shown = f"{figure:.4f}" if figure == 0 or abs(figure) >= SMALL else f"{figure:.0e}"
        say(f"   {shown:>8}  {name}")
