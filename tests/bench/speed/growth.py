"""Growth: what tasks, labels and records cost in latency and in memory."""

import base64
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from statistics import median
from typing import Any

import numpy as np
from oriel.domain.model import ArtifactKind
from oriel_vision.head import head_to_bytes

from infra.local.progress import note
from tests.bench.speed.child import arguments_of_child, in_child
from tests.bench.speed.memory import resident_mib
from tests.bench.speed.photos import photos
from tests.bench.speed.timing import interleaved
from tests.fakes.deployed_inference import (
    Content,
    DeployedInference,
    answered,
    some_weights,
)

TASKS = (1, 10, 100, 1000)
LABELS = (2, 100, 1000)
RECORDS = tuple(range(1, 11))
USUAL_LABELS = 10
MEGAPIXELS = "0.3"
REQUESTS = 200
"""With tasks drawn at random, after each was asked once."""
SECONDS = 20.0
"""Of each of the two other questions."""


@dataclass(frozen=True, slots=True)
class Point:
    """`of` says what grows, `count` how far; `seconds` is the median of a request.

    `first_seconds` is the median of requests that had to load their model, 0 where none had.
    """

    of: str
    count: int
    seconds: float
    resident_mib: float
    first_seconds: float = 0.0


def growth(seconds: float = SECONDS) -> list[Point]:
    """Measure each question in a process of its own."""
    return [
        Point(**point)
        for of in ("tasks", "labels", "records")
        for point in in_child("tests.bench.speed.growth", of=of, seconds=seconds)
    ]


def figures(points: Sequence[Point]) -> dict[str, Any]:
    """Return what goes into the last line: milliseconds and MiB by what grows."""
    found: dict[str, dict[str, list[float]]] = {}
    for point in points:
        pair = [round(1000 * point.seconds, 2), round(point.resident_mib, 1)]
        found.setdefault(point.of, {})[str(point.count)] = pair
    return {"growth": found}


def by_tasks(inference: DeployedInference, tasks: Sequence[int] = TASKS) -> list[Point]:
    """Ask more and more tasks, each with a head of its own."""
    records = _records(1)
    random = np.random.default_rng(0)
    # All are there from the beginning: what they take up in the tables' stand-in is no growth.
    ids = [
        inference.publish(ArtifactKind.HEAD, Content.of(partial(_head, number)), USUAL_LABELS, 224)
        for number in range(max(tasks))
    ]
    points, known = [], 0
    for count in tasks:
        first = [_seconds(inference, task, records) for task in ids[known:count]]
        known = count
        drawn = random.integers(count, size=REQUESTS)
        again = [_seconds(inference, ids[one], records) for one in drawn]
        points.append(Point("tasks", count, median(again), resident_mib(), median(first)))
        note(f"{count:,} tasks")
    return points


def by_labels(inference: DeployedInference, seconds: float) -> list[Point]:
    """Ask tasks with more and more labels in turn."""
    records = _records(1)

    def event(count: int) -> dict[str, Any]:
        return inference.event(inference.publish_head(some_weights(count)), records)

    return _in_turn(inference, "labels", LABELS, event, seconds)


def by_records(inference: DeployedInference, seconds: float) -> list[Point]:
    """Ask one task of more and more records in turn."""
    task = inference.publish_head(some_weights(USUAL_LABELS))

    def event(count: int) -> dict[str, Any]:
        return inference.event(task, _records(count))

    return _in_turn(inference, "records", RECORDS, event, seconds)


def _in_turn(
    inference: DeployedInference,
    name: str,
    counts: Sequence[int],
    event: Callable[[int], dict[str, Any]],
    seconds: float,
) -> list[Point]:
    """Ask for each count once, then for all of them in turn."""
    requests, memory = [], []
    for count in counts:
        requests.append(event(count))
        answered(inference.send(requests[-1]))
        memory.append(resident_mib())
    took = interleaved([_sending(inference, one) for one in requests], seconds)
    return [
        Point(name, count, median(one), mib)
        for count, one, mib in zip(counts, took, memory, strict=True)
    ]


def _head(number: int) -> bytes:
    return head_to_bytes(some_weights(USUAL_LABELS, seed=number))


def _records(count: int) -> list[dict[str, str]]:
    files = photos(MEGAPIXELS, count).files
    return [{"_base64": base64.b64encode(file).decode()} for file in files]


def _sending(inference: DeployedInference, event: dict[str, Any]) -> Any:
    return lambda: inference.send(event)


def _seconds(inference: DeployedInference, task: str, records: list[dict[str, str]]) -> float:
    event = inference.event(task, records)
    begun = time.perf_counter()
    reply = inference.send(event)
    took = time.perf_counter() - begun
    answered(reply)
    return took


def measure(of: str, seconds: float) -> list[Point]:
    """Measure here; the process is spoiled for anything else."""
    inference = DeployedInference()
    inference.start()
    if of == "tasks":
        return by_tasks(inference)
    return by_labels(inference, seconds) if of == "labels" else by_records(inference, seconds)


if __name__ == "__main__":
    print(json.dumps([asdict(point) for point in measure(**arguments_of_child())]))  # noqa: T201
