"""What can be changed of an image's labels and flags, as one thing."""

import math
from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType

from oriel.domain.errors import InvalidInput
from oriel.domain.label import Label, LabelType
from oriel.values import dataclass

_NO_LABELS: Mapping[str, float | None] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ImageChange:
    """A change of one image; made again it changes nothing, except for `verify`.

    `add` maps ids of labels to their numbers: None attaches without one, and leaves the number that
    is there. `confirm` makes ground truth of all proposals. `verify` is added to the verify count.
    """

    add: Mapping[str, float | None] = field(default_factory=lambda: _NO_LABELS)
    remove: frozenset[str] = frozenset()
    test_image: bool | None = None
    real: bool | None = None
    confirm: bool = False
    verify: int = 0


def check_value(label: Label, value: float | None) -> None:
    """Raise InvalidInput unless the label can be attached with this number, or without one."""
    if label.type is LabelType.VALUE:
        if value is None:
            raise InvalidInput(
                f"value: the label '{label.name}' is of the type value and needs a number"
            )
        if not math.isfinite(value):
            raise InvalidInput("value: must be a finite number")
    elif value is not None:
        raise InvalidInput(
            f"value: the label '{label.name}' is of the type {label.type} and takes no number"
        )
