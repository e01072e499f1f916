"""Runs models with the vision layer.

A head is a matrix behind the shared backbone, which is loaded with the function: any task answers
without loading more than a few kilobytes. A network of its own is loaded when it is first needed.
"""

import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING

from oriel.domain.errors import InvalidPicture, ModelBroken, NotFound, PayloadTooLarge
from oriel.domain.model import Artifact, ArtifactKind
from oriel.domain.picture_limits import MAX_PICTURE_PIXELS
from oriel_vision.backbone import Backbone
from oriel_vision.decode import UndecodablePicture, decode_sized
from oriel_vision.head import head_from_bytes
from oriel_vision.network import Network
from oriel_vision.preprocess import to_input

from functions.inference.batch import Batch, InputPicture
from functions.inference.lease_cache import LeaseCache, Sized
from functions.inference.loaded_models import HeadModel, LoadedModel, NetworkModel
from functions.inference.ready_model import ReadyModel

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
        self._turns = SimpleQueue[None]()
        for _ in range(cores):
            self._turns.put(None)

    def decode(self, data: bytes, side: int) -> InputPicture:
        """Prepare a picture for models of this side; raises InvalidPicture."""
        self._turns.get()
        try:
            decoded = decode_sized(data, max_pixels=MAX_PICTURE_PIXELS, target=side)
            return InputPicture(decoded.width, decoded.height, to_input(decoded.image, side))
        except UndecodablePicture as reason:
            raise InvalidPicture(str(reason)) from reason
        finally:
            self._turns.put(None)

    def batch(self, pictures: Sequence[InputPicture]) -> Batch:
        """Take pictures of one side together; the backbone runs once for all heads."""
        return Batch(pictures, self._backbone)

    def ready_now(self, artifact: Artifact) -> ReadyModel | None:
        """Take the model into use where it is loaded."""
        leased = self._loaded.find(artifact.key)
        return None if leased is None else ReadyModel(self._loaded, leased, artifact)

    def ready(self, artifact: Artifact) -> ReadyModel:
        """Load the model where it is not, and take it into use; raises ModelBroken."""
        leased = self._loaded.take(artifact.key, partial(self._load, artifact))
        return ReadyModel(self._loaded, leased, artifact)

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
        head = self._head(data, artifact)
        return Sized(head, head.size_bytes)

    def _head(self, data: bytes, artifact: Artifact) -> HeadModel:
        if artifact.backbone != self._backbone.name:
            raise BrokenArtifact(
                f"a head on {artifact.backbone} cannot stand on {self._backbone.name}"
            )
        return HeadModel(head_from_bytes(data))
