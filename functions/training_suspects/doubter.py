"""Doubts answers with the vision layer's arithmetic."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

import numpy as np
from oriel.services.find_suspects import Doubt, NothingToDoubt
from oriel_vision.doubts import Doubts, doubted_classes, doubted_tags, doubted_values
from oriel_vision.file_shelf import FileShelf, new_shelf
from oriel_vision.tag_matrix import tag_matrix
from oriel_vision.training_features import UnusableTrainingSet


class RidgeDoubter:
    """Predicts each picture by all others, in closed form."""

    def shelf(self) -> AbstractContextManager[FileShelf]:
        """Make an empty shelf in the function's scratch space."""
        return new_shelf()

    def classes(
        self, shelf: FileShelf, targets: Sequence[int], count: int, most: int
    ) -> Sequence[Doubt]:
        """Doubt the column of each picture."""
        with _told():
            return _own(doubted_classes(shelf.embeddings(), np.asarray(targets), count, most))

    def tags(
        self, shelf: FileShelf, carried: Sequence[Sequence[int]], count: int, most: int
    ) -> Sequence[Doubt]:
        """Doubt the columns that pictures carry, and those that they do not."""
        truth = tag_matrix(carried, count)
        with _told():
            return _own(doubted_tags(shelf.embeddings(), truth, most))

    def values(self, shelf: FileShelf, values: Sequence[float], most: int) -> Sequence[Doubt]:
        """Doubt the value of each picture."""
        with _told():
            found = doubted_values(shelf.embeddings(), np.asarray(values, np.float64), most)
            return _own(found)


def _own(doubts: Doubts) -> list[Doubt]:
    arrays = (getattr(doubts, name).tolist() for name in doubts.__slots__)
    return [Doubt(*row) for row in zip(*arrays, strict=True)]


@contextmanager
def _told() -> Iterator[None]:
    """Say of pictures that say nothing about one another why that is."""
    try:
        yield
    except UnusableTrainingSet as fault:
        raise NothingToDoubt(str(fault)) from fault
