"""Where in a picture an answer comes from."""

from collections.abc import Sequence

from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class HeatMap:
    """How much each place of a picture adds to what a model says of one label.

    `contributions` are rows from the top of places from the left, which cover the whole picture
    evenly. Together with `base`, what the model says of a picture that shows nothing, they add up
    to the label's value in regression, to the logarithm of its odds in tagging, and among classes
    to its logit less the mean of all labels' logits. `column` is the label's place in the model.
    """

    column: int
    contributions: Sequence[Sequence[float]]
    base: float

    @property
    def lowest(self) -> float:
        """What the place adds, or takes off, that speaks least for the label."""
        return min(min(row) for row in self.contributions)

    @property
    def highest(self) -> float:
        """What the place adds that speaks most for the label."""
        return max(max(row) for row in self.contributions)

    def heat(self) -> list[list[float]]:
        """Return the contributions in [0, 1], from the lowest to the highest; 0 where all equal."""
        lowest, spread = self.lowest, self.highest - self.lowest
        return [
            [(value - lowest) / spread if spread else 0.0 for value in row]
            for row in self.contributions
        ]
