"""The arithmetic that evaluations stand on, which services leave to others."""

from collections.abc import Sequence
from typing import Protocol

from oriel.domain.calibration import Calibration
from oriel.domain.curves import Chances, Curves
from oriel.domain.figures import ClassFigures, TagFigures, ValueFigures

Rows = Sequence[Sequence[float]]


class Measures(Protocol):
    """The arithmetic of figures; a row of logits a picture, groups as numbers from 0 on."""

    def classes(
        self, predicted: Sequence[int], actual: Sequence[int], classes: int
    ) -> ClassFigures:
        """Measure predicted columns against the actual ones."""

    def tags(self, logits: Rows, carried: Sequence[Sequence[int]]) -> TagFigures:
        """Measure logits against the columns that pictures carry."""

    def values(self, predicted: Sequence[float], actual: Sequence[float]) -> ValueFigures:
        """Measure predicted values against the actual ones."""

    def mean_interval(self, scores: Sequence[float], groups: Sequence[int]) -> tuple[float, float]:
        """Return the bootstrap 95 % interval of a mean, where groups are drawn."""

    def r2_interval(
        self, predicted: Sequence[float], actual: Sequence[float], groups: Sequence[int]
    ) -> tuple[float, float]:
        """Return the same of the R2 of values that vary."""

    def class_calibration(
        self, logits: Rows, actual: Sequence[int], temperature: float
    ) -> Calibration:
        """Hold the best labels' confidences against what came true."""

    def tag_calibration(
        self, logits: Rows, carried: Sequence[Sequence[int]], temperature: float
    ) -> Calibration:
        """Hold the probabilities of all tags against what came true."""

    def class_curves(self, logits: Rows, actual: Sequence[int], temperature: float) -> Curves:
        """Return what thresholds do."""

    def tag_curves(
        self, logits: Rows, carried: Sequence[Sequence[int]], temperature: float
    ) -> Curves:
        """Return what thresholds do."""

    def chances(self, logits: Rows, temperature: float) -> Chances:
        """Return each picture's likeliest classes."""
