"""Runs models with the vision layer.

A head is a matrix behind the shared backbone, which is loaded with the function: any task answers
without loading more than a few kilobytes. A network of its own is loaded when it is first needed.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from threading import BoundedSemaphore
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from oriel.domain.errors import InvalidPicture, NotFound, PayloadTooLarge
from oriel.domain.image import MAX_PICTURE_PIXELS
from oriel.domain.model import Artifact, ArtifactKind
from oriel.domain.task import TaskType
from oriel.ports import Blobs
from oriel.services.classify import Answerer
from oriel_vision.backbone import Backbone
from oriel_vision.decode import UndecodablePicture, decode
from oriel_vision.head import head_from_bytes, logits
from oriel_vision.network import Network
from oriel_vision.preprocess import to_input
from oriel_vision.sigmoid import sigmoid
from oriel_vision.softmax import softmax

from functions.inference.displayed_size import displayed_size
from functions.inference.lease_cache import LeaseCache, Sized

Logits: TypeAlias = Callable[[NDArray[np.uint8]], NDArray[np.floating]]

MAX_ARTIFACT_BYTES = 256 * 1024 * 1024
_MEMORY_PER_NETWORK_BYTE = 3
"""A session holds the file's weights, their repacked copies and the memory that a batch needs."""


class BrokenArtifact(Exception):
    """What is stored is not what was published; nobody but us can correct that."""


@dataclass(frozen=True, slots=True)
class InputPicture:
    """A picture as a model takes it; `width` and `height` are as displayed, before scaling."""

    width: int
    height: int
    pixels: NDArray[np.uint8]


class VisionRecognizer:
    """Answers with heads and networks; at most `cores` pictures are decoded at a time."""

    def __init__(
        self,
        backbone: Backbone,
        artifacts: Blobs,
        network: Callable[[bytes, int], Network],
        cores: int,
        cache_bytes: int,
    ) -> None:
        self._backbone = backbone
        self._artifacts = artifacts
        self._network = network
        self._loaded = LeaseCache[Logits](cache_bytes)
        # A large picture takes hundreds of megabytes while it is decoded.
        self._decoding = BoundedSemaphore(cores)

    def decode(self, data: bytes, artifact: Artifact) -> InputPicture:
        """Prepare a picture for the model; raises InvalidPicture."""
        side = artifact.input_size
        try:
            with self._decoding:
                image = decode(data, max_pixels=MAX_PICTURE_PIXELS, target=side)
                width, height = displayed_size(data, image)
                return InputPicture(width, height, to_input(image, side))
        except UndecodablePicture as reason:
            raise InvalidPicture(str(reason)) from reason

    @contextmanager
    def loaded(self, artifact: Artifact) -> Iterator[Answerer]:
        """Make the model ready; raises BrokenArtifact."""
        with self._loaded.lease(artifact.key, partial(self._load, artifact)) as run:
            yield partial(_answer, run, artifact)

    def _load(self, artifact: Artifact) -> Sized[Logits]:
        try:
            data = self._artifacts.get(artifact.key, max_bytes=MAX_ARTIFACT_BYTES)
        except (NotFound, PayloadTooLarge) as error:
            raise BrokenArtifact(f"{artifact.key} cannot be loaded") from error
        if hashlib.sha256(data).hexdigest() != artifact.sha256:
            raise BrokenArtifact(f"{artifact.key} is not the content that it is named after")
        if artifact.kind is ArtifactKind.NETWORK:
            network = self._network(data, artifact.input_size)
            return Sized(network.logits, _MEMORY_PER_NETWORK_BYTE * len(data))
        return Sized(self._head(data, artifact), len(data))

    def _head(self, data: bytes, artifact: Artifact) -> Logits:
        if artifact.backbone != self._backbone.name:
            raise BrokenArtifact(
                f"a head on {artifact.backbone} cannot stand on {self._backbone.name}"
            )
        head, backbone = head_from_bytes(data), self._backbone
        return lambda pixels: logits(head, backbone.embed(pixels))


def _answer(
    run: Logits, artifact: Artifact, pictures: Sequence[InputPicture]
) -> Sequence[Sequence[float]]:
    scores = run(np.stack([picture.pixels for picture in pictures]))
    rows: list[list[float]] = _meaning(scores, artifact).tolist()
    return rows


def _meaning(scores: NDArray[np.floating], artifact: Artifact) -> NDArray[np.floating]:
    """Turn raw outputs into what is answered; those of a regression are the values already."""
    if artifact.task_type is TaskType.REGRESSION:
        return scores
    if artifact.task_type is TaskType.MULTI_LABEL:
        return sigmoid(scores, artifact.temperature)
    return softmax(scores, artifact.temperature)
