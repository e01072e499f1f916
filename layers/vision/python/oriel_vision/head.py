"""Heads: the small part of a recogniser that is a task's own, on the shared backbone's embeddings.

A head is one matrix, solved in seconds (docs/adr/0004-instant-head.md). `class_head`, `tag_head`
and `value_head` make those of the types of task; serving needs only what is here.
"""

import io

import numpy as np
from numpy.typing import NDArray

from oriel_vision.features import signed_roots


class MalformedHead(ValueError):
    """The bytes are no head."""


def logits(weights: NDArray[np.floating], embeddings: NDArray[np.floating]) -> NDArray[np.float64]:
    """Apply a head's weights [dim + 1, classes] to embeddings [n, dim]: [n, classes]."""
    rows: NDArray[np.float64] = signed_roots(embeddings) @ weights[:-1] + weights[-1]
    return rows


def head_to_bytes(weights: NDArray[np.float32]) -> bytes:
    """Return a head's weights as a .npy file."""
    buffer = io.BytesIO()
    np.save(buffer, weights, allow_pickle=False)
    return buffer.getvalue()


def head_from_bytes(data: bytes) -> NDArray[np.float32]:
    """Read weights back; raises MalformedHead."""
    try:
        weights = np.load(io.BytesIO(data), allow_pickle=False)
    except (ValueError, EOFError, OSError) as fault:
        raise MalformedHead("the file is no .npy array") from fault
    if not isinstance(weights, np.ndarray) or weights.dtype != np.float32 or weights.ndim != 2:  # noqa: PLR2004 - a matrix
        raise MalformedHead("the file holds no float32 matrix")
    return weights
