"""Overhead: the handler beside the floor, in one process, with the same threads, in turn."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

import numpy as np
from oriel.adapters.gateway import MAX_BODY_BYTES

from infra.local.progress import note
from tests.bench.speed.child import arguments_of_child, in_child
from tests.bench.speed.floor import Floor
from tests.bench.speed.photos import SIZES, photos
from tests.bench.speed.timing import interleaved
from tests.fakes.deployed_inference import DeployedInference, answered, some_weights

LABELS = 10
BY_URL, WITHIN = "url", "base64"
REQUESTS = ((1, WITHIN), (1, BY_URL), (10, WITHIN))
"""How many records, and how their pictures come. By URL the web answers at once, from memory: that
is the handler without the megabytes of text that pictures are within a request."""
SECONDS = 12.0
"""Of measuring each size of picture and of request."""
TOLERANCE = 2e-6
"""Answers are rounded to six digits."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One size of pictures and of requests; seconds are medians of a whole request.

    `stages` are the medians of what the handler's `Server-Timing` says, in seconds. `way` is how
    pictures came, which is by URL where the gateway would not take so large a request.
    """

    megapixels: str
    records: int
    way: str
    picture_bytes: float
    floor_seconds: float
    handler_seconds: float
    rounds: int
    stages: Mapping[str, float]
    read_units: float
    write_units: float
    object_reads: float

    @property
    def ratio(self) -> float:
        """How many times the floor's time the handler takes."""
        return self.handler_seconds / self.floor_seconds


def overhead(seconds: float = SECONDS, sizes: Sequence[str] = tuple(SIZES)) -> list[Cell]:
    """Measure sizes in a process of its own that has as many processors as the function."""
    found = in_child("tests.bench.speed.overhead", seconds=seconds, sizes=list(sizes))
    return [Cell(**cell) for cell in found]


def figures(cells: Sequence[Cell]) -> dict[str, Any]:
    """Return what goes into the last line: ratios by megapixels."""
    one = [cell for cell in cells if cell.records == 1]
    return {
        "overhead_1": {c.megapixels: round(c.ratio, 3) for c in one if c.way == WITHIN},
        "overhead_1_by_url": {c.megapixels: round(c.ratio, 3) for c in one if c.way == BY_URL},
        "throughput_10": {c.megapixels: round(1 / c.ratio, 3) for c in cells if c.records > 1},
    }


def measure(seconds: float, sizes: Sequence[str]) -> list[Cell]:
    """Measure here; the process is spoiled for anything else."""
    inference = DeployedInference()
    inference.start()
    weights = some_weights(LABELS)
    task = inference.publish_head(weights)
    floor = Floor(inference.backbone, weights, inference.cores)
    cells = []
    for size in sizes:
        pictures = photos(size, max(records for records, _ in REQUESTS))
        for records, way in REQUESTS:
            files = pictures.files[:records]
            sent, came = _records(inference, pictures.megapixels, files, way)
            event = inference.event(task, sent)
            _check_same(floor, files, answered(inference.send(event)))
            cells.append(_cell(inference, floor, event, files, seconds, size, came))
    return cells


def _cell(  # noqa: PLR0913, PLR0917 - what a cell is of
    inference: DeployedInference,
    floor: Floor,
    event: dict[str, Any],
    files: Sequence[bytes],
    seconds: float,
    megapixels: str,
    way: str,
) -> Cell:
    inference.aws.forget()
    replies: list[dict[str, Any]] = []
    floors, handlers = interleaved(
        [lambda: floor(files), lambda: replies.append(inference.send(event))], seconds
    )
    for reply in replies:
        answered(reply)
    note(f"{megapixels} megapixels, {len(files)} a request by {way}: {len(handlers)} rounds")
    calls, requests = inference.aws.calls, len(replies)
    return Cell(
        megapixels=megapixels,
        records=len(files),
        way=way,
        picture_bytes=sum(map(len, files)) / len(files),
        floor_seconds=median(floors),
        handler_seconds=median(handlers),
        rounds=len(handlers),
        stages=_stages(replies),
        read_units=calls["half read units"] / 2 / requests,
        write_units=calls["write units"] / requests,
        object_reads=calls["GetObject"] / requests,
    )


def _records(
    inference: DeployedInference, megapixels: str, files: Sequence[bytes], way: str
) -> tuple[list[dict[str, str]], str]:
    """Return the records, and how their pictures come in the end."""
    within = [{"_base64": base64.b64encode(file).decode()} for file in files]
    if way == WITHIN and len(json.dumps(within)) < MAX_BODY_BYTES:
        return within, WITHIN
    pages = {f"https://photos.test/{megapixels}/{n}": file for n, file in enumerate(files)}
    inference.pages.update(pages)
    return [{"_url": url} for url in pages], BY_URL


def _check_same(floor: Floor, files: Sequence[bytes], records: Sequence[Mapping[str, Any]]) -> None:
    """Raise ValueError where floor and handler did not do the same work."""
    for row, record in zip(floor(files), records, strict=True):
        served = {label["name"]: label["prob"] for label in record["labels"]}
        found = [served[f"Label {number}"] for number in range(len(row))]
        if not np.allclose(found, row, atol=TOLERANCE):
            raise ValueError(f"the floor answers {row.tolist()}, the handler {found}")


def _stages(replies: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return each stage's median in seconds; who did not come to a stage waited for none of it."""
    stages: dict[str, list[float]] = {}
    for reply in replies:
        for part in reply["headers"]["Server-Timing"].split(", "):
            name, _, milliseconds = part.partition(";dur=")
            stages.setdefault(name, []).append(float(milliseconds) / 1000)
    return {
        name: median([*seconds, *[0.0] * (len(replies) - len(seconds))])
        for name, seconds in stages.items()
    }


if __name__ == "__main__":
    print(json.dumps([asdict(cell) for cell in measure(**arguments_of_child())]))  # noqa: T201
