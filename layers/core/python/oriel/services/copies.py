"""Looks which pictures of a training set are copies of each other."""

from collections.abc import Sequence
from typing import Protocol

from oriel.domain.example import Example
from oriel.domain.groups import Copies
from oriel.domain.image import Image
from oriel.image_ports import EmbeddingStore
from oriel.values import dataclass

SMALL_SIDE = 64
"""In pixels: below it different pictures of one thing look as alike as copies of one picture."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a picture looks: 64 bits, hexadecimal, and a little-endian float16 embedding if known."""

    image_id: str
    perceptual_hash: str
    embedding: bytes | None
    small: bool


class CopyFinder(Protocol):
    """Compares pictures with each other."""

    def find(self, looks: Sequence[Look]) -> Copies:
        """Return of each picture the ones before it that look like copies, the likest first."""


@dataclass(frozen=True, slots=True)
class CopySearch:
    """Finds copies by what ingest keeps of pictures; `backbone` names their embeddings.

    Pictures that ingest could not hash are copies of no other.
    """

    embeddings: EmbeddingStore
    backbone: str
    finder: CopyFinder

    def among(self, workspace_id: str, examples: Sequence[Example]) -> Copies:
        """Return of each image the older ones that look like copies of it."""
        images = sorted(
            (example.image for example in examples), key=lambda image: (image.created, image.id)
        )
        ids = [image.id for image in images]
        vectors = self.embeddings.get_many(workspace_id, ids, self.backbone)
        return self.finder.find(
            [
                Look(image.id, image.perceptual_hash, vectors.get(image.id), _is_small(image))
                for image in images
                if image.perceptual_hash is not None
            ]
        )


def _is_small(image: Image) -> bool:
    return min(image.width, image.height) < SMALL_SIDE
