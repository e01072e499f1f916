"""Answers the test pictures with a network that a training job made, once it proved its parity."""

import hashlib
import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Protocol

from oriel.domain.errors import NotFound, TrainingFailed
from oriel.domain.image import original_key
from oriel.domain.model import Artifact, ArtifactKind, artifact_key
from oriel.domain.picture_limits import MAX_PICTURE_BYTES
from oriel.domain.snapshot import MAX_MEASURED, Snapshot, SnapshotItem
from oriel.domain.split import Side
from oriel.domain.task import TaskType
from oriel.ports import Blobs
from oriel.services.answers import Answers
from oriel.services.job_package import MAX_PACKAGE_BYTES, JobPackage, open_package
from oriel.values import dataclass

PARITY_TOLERANCE = 0.05
"""In logits, beside as much of the logit itself: a GPU's reduced precision passes, another
preprocessing or other weights do not. The values of a regression are standardised for it."""
SINGLE_PRECISION = 1e-6
"""What a value that is large beside the spread of all values loses by its size."""
PICTURES_AT_ONCE = 8
"""Originals in memory at a time, of at most 10 MB each."""


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where a network's outputs lie, and how far apart: 0 and 1 for logits."""

    middle: float
    spread: float

    def tolerance(self, output: float) -> float:
        """Return by how much the same output may differ."""
        rounding = SINGLE_PRECISION * abs(output)
        return PARITY_TOLERANCE * (self.spread + abs(output - self.middle)) + rounding


class RunningNetwork(Protocol):
    """A network that is loaded."""

    def logits(self, pictures: Sequence[bytes]) -> Sequence[Sequence[float]]:
        """Return a row a picture, given as uploaded."""


class NetworkRunner(Protocol):
    """Loads networks."""

    def load(self, onnx: bytes, input_size: int) -> RunningNetwork:
        """Open a network; raises TrainingFailed where it cannot be run."""


@dataclass(frozen=True, slots=True)
class AnswerNetwork:
    """Checks a job's result, runs it and stores its network."""

    artifacts: Blobs
    pictures: Blobs
    runner: NetworkRunner
    most: int = MAX_MEASURED

    def __call__(self, snapshot: Snapshot, package_key: str) -> Answers:
        """Answer the test pictures that still exist, `most` at most.

        Raises TrainingFailed for a package that cannot be read or does not repeat its own answers.
        """
        package = open_package(self.artifacts.get(package_key, MAX_PACKAGE_BYTES))
        network = self.runner.load(package.onnx, package.input_size)
        with ThreadPoolExecutor(PICTURES_AT_ONCE) as readers:
            self._check_parity(readers, snapshot, network, package)
            artifact = self._store(snapshot, package)
            answers = self._answer(readers, snapshot, network, artifact)
        return replace(answers, notes=package.notes)

    def published(self, snapshot: Snapshot, artifact: Artifact) -> Answers:
        """Answer the test pictures with a network that has proved itself before.

        Raises NotFound where its file is gone, and TrainingFailed where it cannot be run.
        """
        onnx = self.artifacts.get(artifact.key, MAX_PACKAGE_BYTES)
        network = self.runner.load(onnx, artifact.input_size)
        with ThreadPoolExecutor(PICTURES_AT_ONCE) as readers:
            return self._answer(readers, snapshot, network, artifact)

    def _answer(
        self,
        readers: ThreadPoolExecutor,
        snapshot: Snapshot,
        network: RunningNetwork,
        artifact: Artifact,
    ) -> Answers:
        items: list[SnapshotItem] = []
        logits: list[Sequence[float]] = []
        chosen = snapshot.measured(self.most)
        for some, data in self._read(readers, snapshot, chosen):
            items += some
            logits += network.logits(data)
        return Answers(artifact, items, logits, snapshot.not_measured(chosen))

    def _check_parity(
        self,
        readers: ThreadPoolExecutor,
        snapshot: Snapshot,
        network: RunningNetwork,
        package: JobPackage,
    ) -> None:
        expected = dict(zip(package.parity_ids, package.parity_logits, strict=True))
        chosen = [item for item in snapshot.items if item.image_id in expected]
        compared, scale = 0, _scale_of(snapshot)
        for some, data in self._read(readers, snapshot, chosen):
            for item, row in zip(some, network.logits(data), strict=True):
                _compare(expected[item.image_id], row, scale)
                compared += 1
        if not compared:
            raise TrainingFailed("None of the pictures that prove the model is left; train again")

    def _read(
        self, readers: ThreadPoolExecutor, snapshot: Snapshot, items: Sequence[SnapshotItem]
    ) -> Iterator[tuple[list[SnapshotItem], list[bytes]]]:
        """Yield pictures as uploaded, a few at a time; those deleted meanwhile are left out."""

        def read(item: SnapshotItem) -> bytes | None:
            key = original_key(snapshot.workspace_id, item.image_id)
            try:
                return self.pictures.get(key, MAX_PICTURE_BYTES)
            except NotFound:
                return None

        for start in range(0, len(items), PICTURES_AT_ONCE):
            some = items[start : start + PICTURES_AT_ONCE]
            read_in = list(zip(some, readers.map(read, some), strict=True))
            found = [(item, data) for item, data in read_in if data is not None]
            if found:
                yield [item for item, _ in found], [data for _, data in found]

    def _store(self, snapshot: Snapshot, package: JobPackage) -> Artifact:
        sha256 = hashlib.sha256(package.onnx).hexdigest()
        key = artifact_key(snapshot.workspace_id, snapshot.task_id, sha256, "onnx")
        self.artifacts.put(key, package.onnx, "application/octet-stream")
        return Artifact(
            kind=ArtifactKind.NETWORK,
            key=key,
            sha256=sha256,
            size_bytes=len(package.onnx),
            backbone="",
            input_size=package.input_size,
            temperature=package.temperature,
            labels=snapshot.labels,
            task_type=snapshot.task_type,
            risk=package.risk,
        )


def _scale_of(snapshot: Snapshot) -> _Scale:
    """Return what logits are small or large in comparison to; a regression's are in its units."""
    if snapshot.task_type is not TaskType.REGRESSION:
        return _Scale(0.0, 1.0)
    values = [item.number for item in snapshot.side(Side.TRAIN)]
    mean = math.fsum(values) / len(values)
    variance = math.fsum((value - mean) ** 2 for value in values) / len(values)
    return _Scale(mean, math.sqrt(variance))


def _compare(expected: Sequence[float], got: Sequence[float], scale: _Scale) -> None:
    if len(expected) != len(got) or any(
        not abs(there - here) <= scale.tolerance(there)
        for there, here in zip(expected, got, strict=True)
    ):
        raise TrainingFailed(
            "The trained network answers differently here than in its training job (parity), so "
            "it was not published"
        )
