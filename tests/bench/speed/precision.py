"""Precision: what the int8 backbone loses against the fp32 one, and what it gains.

Lost: points of accuracy on Fashion-MNIST's 10,000 test pictures, with a head of its own on each
backbone, solved from the same training pictures. Gained: pictures a second of the session alone.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any

import numpy as np
from oriel_vision.backbone import Backbone

from infra.local.demo.make_sample import LABELS
from infra.local.progress import note
from tests.bench.accuracy import garments, instant
from tests.bench.accuracy.pictures import embed
from tests.bench.speed.child import arguments_of_child, in_child
from tests.bench.speed.timing import interleaved

BACKBONES = ("lite0-fp32", "lite0-int8")
TRAINING, TEST = 5_000, 10_000
BATCHES = (1, 10)
SECONDS = 20.0
"""Of timing the sessions, for each size of batch."""


@dataclass(frozen=True, slots=True)
class Precision:
    """Accuracies in [0, 1] and seconds a batch, by backbone, for the batch sizes of `BATCHES`."""

    test: int
    accuracy: Mapping[str, float]
    seconds: Mapping[str, Sequence[float]]

    @property
    def drop_points(self) -> float:
        """Points of accuracy that int8 loses; negative where it happens to be better."""
        return 100 * (self.accuracy["lite0-fp32"] - self.accuracy["lite0-int8"])

    @property
    def gains(self) -> dict[int, float]:
        """How many times as many pictures a second int8 answers, by the size of the batch."""
        slow, fast = (self.seconds[name] for name in BACKBONES)
        return {n: a / b for n, a, b in zip(BATCHES, slow, fast, strict=True)}


def precision(training: int = TRAINING, test: int = TEST, seconds: float = SECONDS) -> Precision:
    """Measure both backbones."""
    accuracy = in_child("tests.bench.speed.precision", training=training, test=test)
    timed = in_child("tests.bench.speed.precision", seconds=seconds)
    return Precision(test, accuracy, timed)


def figures(found: Precision) -> dict[str, Any]:
    """Return what goes into the last line; the gain is that of a full request."""
    return {
        "int8_drop_points": round(found.drop_points, 2),
        "int8_gain": round(found.gains[max(BATCHES)], 2),
    }


def accuracies(training: int, test: int) -> dict[str, float]:
    """Return the accuracy of an instant head on each backbone, with all processors."""
    train, held_out = garments.training(training), garments.test(test)
    found = {}
    for name in BACKBONES:
        backbone = Backbone.load(name, threads=_processors())
        embedded = instant.Embedded(
            train,
            held_out,
            embed(backbone, train.pictures(), f"{name}: training pictures"),
            embed(backbone, held_out.pictures(), f"{name}: test pictures"),
        )
        found[name], _ = instant.classes(embedded, len(LABELS))
    return found


def batch_seconds(seconds: float) -> dict[str, list[float]]:
    """Return the median of each backbone's session in one thread, for each size of batch."""
    backbones = [Backbone.load(name, threads=1) for name in BACKBONES]
    random = np.random.default_rng(0)
    found: dict[str, list[float]] = {name: [] for name in BACKBONES}
    for batch in BATCHES:
        side = backbones[0].input_size
        pixels = random.integers(0, 256, (batch, side, side, 3), np.uint8)
        took = interleaved([partial(one.embed, pixels) for one in backbones], seconds)
        for name, each in zip(BACKBONES, took, strict=True):
            found[name].append(median(each))
        note(f"batches of {batch}")
    return found


def _processors() -> int:
    return os.cpu_count() or 1


def main() -> None:
    """Measure what was asked for."""
    asked = arguments_of_child()
    found = batch_seconds(**asked) if "seconds" in asked else accuracies(**asked)
    print(json.dumps(found))  # noqa: T201


if __name__ == "__main__":
    main()
