"""Embeddings laid down one after another, to be read in blocks."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

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


@contextmanager
def new_shelf() -> Iterator[FileShelf]:
    """Make an empty shelf in the scratch space; afterwards nothing is left of it."""
    with TemporaryFile() as file:
        yield FileShelf(file)
