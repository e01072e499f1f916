"""Solves heads with the vision layer's arithmetic."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from oriel.domain.errors import TrainingFailed
from oriel.services.fit_head import SolvedHead
from oriel_vision.head import fit_head, head_to_bytes
from oriel_vision.tag_head import fit_tag_head
from oriel_vision.training_features import FittedHead, UnusableTrainingSet
from oriel_vision.value_head import fit_value_head

INPUT_SIZE = 224
"""Of every backbone that a deployment can choose; loading one to ask it would take longer than
solving a head does."""
_STORED = "<f2"


class FileShelf:
    """Embeddings in a file, since 100,000 of them would take a quarter of a gigabyte of memory."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._count, self._bytes = 0, 0

    def add(self, vectors: Sequence[bytes]) -> None:
        """Lay down further embeddings; raises ValueError where their sizes differ."""
        for vector in vectors:
            self._bytes = self._bytes or len(vector)
            if len(vector) != self._bytes:
                raise ValueError(f"an embedding of {len(vector)} bytes among {self._bytes}")
            self._file.write(vector)
        self._count += len(vectors)

    def embeddings(self) -> NDArray[np.float16]:
        """Return all as float16 [n, dim], read from the file where they are looked at."""
        self._file.flush()
        shape = (self._count, self._bytes // np.dtype(_STORED).itemsize)
        return np.memmap(self._file, _STORED, mode="r", shape=shape)


class RidgeSolver:
    """Closed-form ridge regression on embeddings, which are little-endian float16."""

    @property
    def input_size(self) -> int:
        """The side of the backbone's square input in pixels."""
        return INPUT_SIZE

    @contextmanager
    def shelf(self) -> Iterator[FileShelf]:
        """Make an empty shelf in the function's scratch space."""
        with TemporaryFile() as file:
            yield FileShelf(file)

    def classes(self, shelf: FileShelf, targets: Sequence[int], count: int) -> SolvedHead:
        """Fit `count` columns to embeddings of one column each."""
        with _told():
            return _solved(fit_head(shelf.embeddings(), np.asarray(targets), count))

    def tags(self, shelf: FileShelf, carried: Sequence[Sequence[int]], count: int) -> SolvedHead:
        """Fit `count` columns to embeddings of any columns each."""
        truth = np.zeros((len(carried), count), np.bool_)
        for row, columns in enumerate(carried):
            truth[row, list(columns)] = True
        with _told():
            return _solved(fit_tag_head(shelf.embeddings(), truth))

    def values(self, shelf: FileShelf, values: Sequence[float]) -> SolvedHead:
        """Fit one column to embeddings of a value each."""
        with _told():
            return _solved(fit_value_head(shelf.embeddings(), np.asarray(values, np.float64)))


def _solved(head: FittedHead) -> SolvedHead:
    return SolvedHead(head_to_bytes(head.weights), float(head.temperature))


@contextmanager
def _told() -> Iterator[None]:
    """Say of pictures that no head can be fitted to why that is."""
    try:
        yield
    except UnusableTrainingSet as fault:
        raise TrainingFailed(f"These pictures give no model: {fault}") from fault
