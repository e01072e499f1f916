"""Which images a listing shows."""

import math

from oriel.domain.errors import InvalidInput
from oriel.domain.facets import ANY_FACETS, FacetFilter
from oriel.values import dataclass

MAX_COUNTED_VALUES = 100_000
"""A listing by number counts its images in the index, and stops there."""


@dataclass(frozen=True, slots=True)
class ValueRange:
    """Numbers of one label from `at_least` to `at_most`, both included; infinite where open."""

    label_id: str
    at_least: float = -math.inf
    at_most: float = math.inf


@dataclass(frozen=True, slots=True)
class ImageSelection:
    """What a listing is narrowed by: at most one label, in one of three ways, and facets."""

    label_id: str | None = None
    without_label_id: str | None = None
    values: ValueRange | None = None
    facets: FacetFilter = ANY_FACETS

    def __post_init__(self) -> None:
        """Raise InvalidInput where labels are combined in ways that no index answers."""
        if self.without_label_id is not None and not self.is_empty and self._narrowed_otherwise:
            raise InvalidInput(
                "not_labels: cannot be combined with labels or label_value; ask for one of them"
            )
        if self.values and self.label_id not in {None, self.values.label_id}:
            raise InvalidInput("label_value: must be of the same label as labels")

    @property
    def is_empty(self) -> bool:
        """Tell whether no image can be meant: none without a label has a number of it.

        The public client can ask for this, and reads an error as a broken page.
        """
        numbered = None if self.values is None else self.values.label_id
        return self.label_id is None and numbered is not None and numbered == self.without_label_id

    @property
    def _narrowed_otherwise(self) -> bool:
        return self.label_id is not None or self.values is not None
