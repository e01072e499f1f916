"""Runs models with the vision layer.

A head is a matrix behind the shared backbone, which is loaded with the function: any task answers
without loading more than a few kilobytes. A network of its own is loaded when it is first needed.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from oriel.domain.errors import InvalidPicture, ModelBroken, NotFound, PayloadTooLarge
from oriel.domain.explanation import HeatMap
from oriel.domain.image import MAX_PICTURE_PIXELS
from oriel.domain.model import Artifact, ArtifactKind
from oriel.domain.task import TaskType
from oriel.services.recognition import Answerer, Explained, Explainer, Outputs
from oriel_vision.backbone import Backbone
from oriel_vision.decode import UndecodablePicture, decode_sized
from oriel_vision.evidence import against_others
from oriel_vision.head import head_from_bytes
from oriel_vision.network import Network
from oriel_vision.preprocess import to_input
from oriel_vision.sigmoid import sigmoid
from oriel_vision.softmax import softmax

from functions.inference.batch import Batch, InputPicture
from functions.inference.lease_cache import LeaseCache, Sized
from functions.inference.loaded_models import Floats, HeadModel, LoadedModel, NetworkModel

if TYPE_CHECKING:
    # Not read by a cold start, which would build their classes for nothing (ADR 23).
    from oriel.ports import Blobs

MAX_ARTIFACT_BYTES = 256 * 1024 * 1024
_MEMORY_PER_NETWORK_BYTE = 5
"""A session holds the file's weights, their repacked copies and the memory that a batch needs:
60 MB were measured of a network of 13 MB."""
_BROKEN = (
    "The model that is to answer cannot be loaded; nothing was billed. Train the task again, or "
    "put another version into production (POST /recognition/v2/model/<id>/activate)"
)


class BrokenArtifact(Exception):
    """What is stored is not what was published; says of what, which is for the log alone."""


class VisionRecognizer:
    """Answers with heads and networks; at most `cores` pictures are decoded at a time."""

    def __init__(
        self,
        backbone: Backbone,
        artifacts: "Blobs",
        network: Callable[[bytes, int], Network],
        cores: int,
        cache_bytes: int,
    ) -> None:
        self._backbone = backbone
        self._artifacts = artifacts
        self._network = network
        self._loaded = LeaseCache[LoadedModel](cache_bytes)
        # A large picture takes hundreds of megabytes while it is decoded.
        self._decoding = BoundedSemaphore(cores)

    def decode(self, data: bytes, artifact: Artifact) -> InputPicture:
        """Prepare a picture for the model; raises InvalidPicture."""
        side = artifact.input_size
        try:
            with self._decoding:
                decoded = decode_sized(data, max_pixels=MAX_PICTURE_PIXELS, target=side)
                pixels = to_input(decoded.image, side)
                return InputPicture(decoded.width, decoded.height, pixels)
        except UndecodablePicture as reason:
            raise InvalidPicture(str(reason)) from reason

    def batch(self, pictures: Sequence[InputPicture]) -> Batch:
        """Take pictures of one side together; the backbone runs once for all heads."""
        return pictures if isinstance(pictures, Batch) else Batch(pictures, self._backbone)

    def has(self, artifact: Artifact) -> bool:
        """Tell whether the model is loaded."""
        return self._loaded.has(artifact.key)

    @contextmanager
    def loaded(self, artifact: Artifact) -> Iterator[Answerer]:
        """Make the model ready; raises ModelBroken."""
        with self._loaded.lease(artifact.key, partial(self._load, artifact)) as model:
            yield partial(self._answer, model, artifact)

    @contextmanager
    def explaining(self, artifact: Artifact) -> Iterator[Explainer]:
        """Make the model ready to answer and to say why; raises ModelBroken."""
        with self._loaded.lease(artifact.key, partial(self._load, artifact)) as model:
            yield partial(self._explain, model, artifact)

    def _answer(
        self, model: LoadedModel, artifact: Artifact, pictures: Sequence[InputPicture]
    ) -> Outputs:
        rows: list[list[float]] = _meaning(model.logits(self.batch(pictures)), artifact).tolist()
        return rows

    def _explain(
        self,
        model: LoadedModel,
        artifact: Artifact,
        pictures: Sequence[InputPicture],
        column: int | None,
    ) -> Explained:
        batch = self.batch(pictures)
        explained = model.explained(batch)
        if explained is None:
            return self._answer(model, artifact, batch), [None] * len(batch)
        scores, evidence = explained
        chosen = scores.argmax(axis=1) if column is None else np.full(len(scores), column)
        outputs: list[list[float]] = _meaning(scores, artifact).tolist()
        return outputs, _heat_maps(scores, evidence, chosen, artifact)

    def _load(self, artifact: Artifact) -> Sized[LoadedModel]:
        try:
            return self._checked(artifact)
        except BrokenArtifact as reason:
            raise ModelBroken(_BROKEN) from reason

    def _checked(self, artifact: Artifact) -> Sized[LoadedModel]:
        """Load a model; raises BrokenArtifact."""
        try:
            data = self._artifacts.get(artifact.key, max_bytes=MAX_ARTIFACT_BYTES)
        except (NotFound, PayloadTooLarge) as error:
            raise BrokenArtifact(f"{artifact.key} cannot be loaded") from error
        if hashlib.sha256(data).hexdigest() != artifact.sha256:
            raise BrokenArtifact(f"{artifact.key} is not the content that it is named after")
        if artifact.kind is ArtifactKind.NETWORK:
            network = NetworkModel(self._network(data, artifact.input_size))
            return Sized(network, _MEMORY_PER_NETWORK_BYTE * len(data))
        return Sized(self._head(data, artifact), len(data))

    def _head(self, data: bytes, artifact: Artifact) -> HeadModel:
        if artifact.backbone != self._backbone.name:
            raise BrokenArtifact(
                f"a head on {artifact.backbone} cannot stand on {self._backbone.name}"
            )
        return HeadModel(head_from_bytes(data))


def _heat_maps(
    scores: Floats, evidence: Floats, chosen: NDArray[np.integer], artifact: Artifact
) -> list[HeatMap]:
    """Split up what the chosen columns' answers are made of, after calibration."""
    if artifact.task_type is TaskType.MULTI_CLASS:
        scores, evidence = against_others(scores), against_others(evidence)
    rows = np.arange(len(chosen))
    maps = evidence[rows, chosen].astype(np.float64) / artifact.temperature
    answers = scores[rows, chosen] / artifact.temperature
    bases = answers - maps.sum(axis=(1, 2))
    return [
        HeatMap(int(column), contributions, float(base))
        for column, contributions, base in zip(chosen, maps.tolist(), bases, strict=True)
    ]


def _meaning(scores: Floats, artifact: Artifact) -> Floats:
    """Turn raw outputs into what is answered; those of a regression are the values already."""
    if artifact.task_type is TaskType.REGRESSION:
        return scores
    if artifact.task_type is TaskType.MULTI_LABEL:
        return sigmoid(scores, artifact.temperature)
    return softmax(scores, artifact.temperature)
