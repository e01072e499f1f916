"""Compares pictures with the vision layer's arithmetic."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from oriel.domain.groups import Copies
from oriel.services.copies import Look
from oriel_vision.near_copies import Looks, near_copies


class NumpyCopyFinder:
    """Compares every two pictures."""

    def find(self, looks: Sequence[Look]) -> Copies:
        """Return of each picture the ones before it that look like copies, the likest first."""
        found = near_copies(
            Looks(
                hashes=np.array([int(look.perceptual_hash, 16) for look in looks], np.uint64),
                embeddings=_embeddings(looks),
                known=np.array([look.embedding is not None for look in looks], np.bool_),
                small=np.array([look.small for look in looks], np.bool_),
            )
        )
        return {
            looks[later].image_id: [looks[one].image_id for one in earlier]
            for later, earlier in found.items()
        }


def _embeddings(looks: Sequence[Look]) -> NDArray[np.float16]:
    """Return a row a picture, of zeros where it has no embedding."""
    sizes = (len(look.embedding) for look in looks if look.embedding is not None)
    embeddings = np.zeros((len(looks), next(sizes, 2) // 2), "<f2")
    for row, look in zip(embeddings, looks, strict=True):
        if look.embedding is not None:
            row[:] = np.frombuffer(look.embedding, "<f2")
    return embeddings
