"""Pictures with their classes, and what the shared backbone says of them."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from oriel.domain.picture_limits import MAX_PICTURE_PIXELS
from oriel_vision.backbone import Backbone
from oriel_vision.decode import decode
from oriel_vision.preprocess import to_input
from PIL import Image

from infra.local.demo.progress import follow

BATCH = 10


@dataclass(frozen=True, slots=True)
class Pictures:
    """Uploads as they would come, and the column of each one's class."""

    files: Sequence[bytes]
    targets: NDArray[np.int64]
    labels: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.files)


def png(pixels: NDArray[np.uint8]) -> bytes:
    """Encode without loss."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def embed(backbone: Backbone, pictures: Pictures, title: str) -> NDArray[np.float16]:
    """Embed as ingest does, stored precision included: [n, dim]."""
    parts = [
        backbone.embed(np.stack([as_input(file, backbone.input_size) for file in files]))
        for files in follow(_batches(pictures.files), title, -(-len(pictures) // BATCH))
    ]
    return np.concatenate(parts).astype("<f2")


def pixels(pictures: Pictures, side: int) -> NDArray[np.float32]:
    """Return small pictures as rows of numbers, which is what knows nothing of pictures."""
    small = [as_input(file, side).ravel() for file in pictures.files]
    return np.stack(small).astype(np.float32)


def as_input(file: bytes, side: int) -> NDArray[np.uint8]:
    """Decode and scale as ingest, training and serving do it."""
    return to_input(decode(file, max_pixels=MAX_PICTURE_PIXELS, target=side), side)


def _batches(files: Sequence[bytes]) -> Iterable[Sequence[bytes]]:
    return [files[start : start + BATCH] for start in range(0, len(files), BATCH)]
