"""A recogniser whose pictures say what they show: `8x6:1` is 8 by 6 pixels, of the second label.

In front of that may stand the header of a GIF, so that it passes for a picture elsewhere.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Thread, current_thread
from typing import Any, Self

from oriel.domain.errors import InvalidPicture
from oriel.domain.explanation import HeatMap
from oriel.domain.model import Artifact


@dataclass(frozen=True)
class FakePicture:
    width: int
    height: int
    column: int


class FakeRecognizer:
    def __init__(self) -> None:
        self.batches: list[tuple[str, int]] = []
        self.decoded: list[int] = []
        self.passes: list[int] = []
        self.broken: set[str] = set()
        self.at_hand: set[str] = set()
        self.loaders: list[Thread] = []
        self.held: list[str] = []
        self.most_held = 0
        self.highest = 0.9
        self.row: list[float] | None = None
        self.explains = True

    def decode(self, data: bytes, side: int) -> FakePicture:
        self.decoded.append(side)
        found = re.fullmatch(rb"(?s:GIF89a.{4})?(\d+)x(\d+):(\d+)", data)
        if found is None:
            raise InvalidPicture(f"This is no picture of side {side}")
        width, height, column = map(int, found.groups())
        return FakePicture(width, height, column)

    def batch(self, pictures: Sequence[FakePicture]) -> Sequence[FakePicture]:
        self.passes.append(len(pictures))
        return pictures

    def ready_now(self, artifact: Artifact) -> "FakeModel | None":
        return self._use(artifact) if artifact.key in self.at_hand else None

    def ready(self, artifact: Artifact) -> "FakeModel":
        if artifact.key in self.broken:
            raise LookupError(artifact.key)
        self.loaders.append(current_thread())
        return self._use(artifact)

    def _use(self, artifact: Artifact) -> "FakeModel":
        self.held.append(artifact.key)
        self.most_held = max(self.most_held, len(self.held))
        return FakeModel(self, artifact)

    def row_of(self, picture: FakePicture, columns: int) -> list[float]:
        if self.row is not None:
            return self.row
        rest = (1 - self.highest) / (columns - 1)
        return [self.highest if column == picture.column else rest for column in range(columns)]


@dataclass(frozen=True)
class FakeModel:
    """Explains by two places, of which the right one speaks for the picture's own label."""

    recognizer: FakeRecognizer
    artifact: Artifact

    def close(self) -> None:
        self.recognizer.held.remove(self.artifact.key)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def answer(self, batch: Sequence[FakePicture]) -> list[list[float]]:
        self.recognizer.batches.append((self.artifact.key, len(batch)))
        labels = len(self.artifact.labels)
        return [self.recognizer.row_of(picture, labels) for picture in batch]

    def explain(self, batch: Sequence[FakePicture], column: int | None) -> Any:
        maps = [_heat_map(picture, column) for picture in batch]
        return self.answer(batch), maps if self.recognizer.explains else [None] * len(maps)


def _heat_map(picture: FakePicture, column: int | None) -> HeatMap:
    asked = picture.column if column is None else column
    return HeatMap(asked, [[-0.5, 1.5 if asked == picture.column else -1.0]], base=0.25)
