"""Looks at uploads with the vision layer."""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from oriel.domain.errors import InvalidPicture
from oriel.domain.picture_limits import MAX_PICTURE_PIXELS
from oriel.services.ingest import Picture, ServedCopy
from oriel_vision.backbone import Backbone
from oriel_vision.brightness import brightness
from oriel_vision.decode import UndecodablePicture, decode
from oriel_vision.derive import served_copy, thumbnail
from oriel_vision.fingerprint import perceptual_hash
from oriel_vision.preprocess import to_input


class PillowReader:
    """Decodes pictures; `input_size` is the side of the backbone's input in pixels."""

    def __init__(self, input_size: int) -> None:
        self._input_size = input_size

    def read(self, data: bytes) -> Picture:
        """Decode a picture; raises InvalidPicture with a reason that the uploader may see."""
        try:
            return self._read(data)
        except UndecodablePicture as reason:
            raise InvalidPicture(str(reason)) from reason

    def _read(self, data: bytes) -> Picture:
        whole = decode(data, max_pixels=MAX_PICTURE_PIXELS)
        small = decode(data, max_pixels=MAX_PICTURE_PIXELS, target=self._input_size)
        copy = served_copy(data, whole)
        return Picture(
            width=whole.width,
            height=whole.height,
            sha256=hashlib.sha256(data).hexdigest(),
            perceptual_hash=perceptual_hash(whole),
            brightness=brightness(small),
            served=None
            if copy is None
            else ServedCopy(copy.data, copy.content_type, copy.extension),
            thumbnail=thumbnail(whole),
            model_input=to_input(small, self._input_size),
        )


class PillowCheck:
    """Decodes pictures for nothing but to see that it can be done."""

    def check(self, data: bytes) -> None:
        """Look at the whole picture; raises InvalidPicture with a reason for the uploader."""
        try:
            decode(data, max_pixels=MAX_PICTURE_PIXELS)
        except UndecodablePicture as reason:
            raise InvalidPicture(str(reason)) from reason


class BackboneEmbedder:
    """Embeds pictures through the shared backbone."""

    def __init__(self, backbone: Backbone) -> None:
        self._backbone = backbone

    @property
    def name(self) -> str:
        """The backbone's name."""
        return self._backbone.name

    def embed(self, model_inputs: Sequence[Any]) -> Sequence[bytes]:
        """Return an embedding (little-endian float16) an input, in order."""
        vectors = self._backbone.embed(np.stack(list(model_inputs)))
        return [vector.astype("<f2").tobytes() for vector in vectors]
