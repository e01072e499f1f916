"""What one picture of a training set teaches."""

from oriel.domain.image import Image
from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class Example:
    """A picture with its right answer.

    `label_ids` are those of the task's labels that it carries: one category, any number of tags,
    or the label that `value` belongs to. `value` is None unless the task is a regression.
    """

    image: Image
    label_ids: frozenset[str]
    value: float | None = None
