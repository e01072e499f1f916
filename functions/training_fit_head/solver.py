"""Solves heads with the vision layer's arithmetic."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from oriel.domain.errors import TrainingFailed
from oriel.domain.risk import RiskCoverage
from oriel.services.fit_head import SolvedHead
from oriel_vision.class_head import fit_head
from oriel_vision.file_shelf import FileShelf, new_shelf
from oriel_vision.head import head_to_bytes
from oriel_vision.softmax import softmax
from oriel_vision.tag_head import fit_tag_head
from oriel_vision.tag_matrix import tag_matrix
from oriel_vision.training_features import FittedHead, UnusableTrainingSet
from oriel_vision.value_head import fit_value_head

INPUT_SIZE = 224
"""Of every backbone that a deployment can choose; loading one to ask it would take longer than
solving a head does."""


class RidgeSolver:
    """Closed-form ridge regression on embeddings, which are little-endian float16."""

    @property
    def input_size(self) -> int:
        """The side of the backbone's square input in pixels."""
        return INPUT_SIZE

    def shelf(self) -> AbstractContextManager[FileShelf]:
        """Make an empty shelf in the function's scratch space."""
        return new_shelf()

    def classes(self, shelf: FileShelf, targets: Sequence[int], count: int) -> SolvedHead:
        """Fit `count` columns to embeddings of one column each."""
        with _told():
            head = fit_head(shelf.embeddings(), np.asarray(targets), count)
        return replace(_solved(head), risk=_risk(head, np.asarray(targets)))

    def tags(self, shelf: FileShelf, carried: Sequence[Sequence[int]], count: int) -> SolvedHead:
        """Fit `count` columns to embeddings of any columns each."""
        truth = tag_matrix(carried, count)
        with _told():
            return _solved(fit_tag_head(shelf.embeddings(), truth))

    def values(self, shelf: FileShelf, values: Sequence[float]) -> SolvedHead:
        """Fit one column to embeddings of a value each."""
        with _told():
            return _solved(fit_value_head(shelf.embeddings(), np.asarray(values, np.float64)))


def _solved(head: FittedHead) -> SolvedHead:
    return SolvedHead(head_to_bytes(head.weights), float(head.temperature))


def _risk(head: FittedHead, targets: NDArray[np.integer]) -> RiskCoverage | None:
    """Measure how often pictures that are left out are answered wrongly."""
    chances = softmax(head.left_out, head.temperature)
    right = head.left_out.argmax(axis=1) == targets[head.rows]
    return RiskCoverage.of(chances.max(axis=1).tolist(), right.tolist())


@contextmanager
def _told() -> Iterator[None]:
    """Say of pictures that no head can be fitted to why that is."""
    try:
        yield
    except UnusableTrainingSet as fault:
        raise TrainingFailed(f"These pictures give no model: {fault}") from fault
