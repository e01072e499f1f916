"""Labels: the user's own words."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from oriel.domain.errors import Conflict
from oriel.domain.search import is_like
from oriel.values import dataclass

MAX_LABELS_OF_WORKSPACE = 10_000
"""A search reads them all, so there is a bound to them."""


class LabelType(StrEnum):
    """What a label says; each kind of task takes exactly one kind."""

    CATEGORY = "category"
    TAG = "tag"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Label:
    """A category, tag or value; names need not be unique.

    `images_count` counts every image that carries the label; it is kept by the transaction that
    attaches or detaches it. `negative_for_task` is the id of the tagging task whose "none of the
    tags" this label is.
    """

    id: str
    workspace_id: str
    name: str
    type: LabelType
    created: datetime
    description: str = ""
    output_name: str | None = None
    images_count: int = 0
    tasks_count: int = 0
    negative_for_task: str | None = None

    @property
    def answer_name(self) -> str:
        """What an answer calls it: the output name where there is one."""
        return self.output_name or self.name


@dataclass(frozen=True, slots=True)
class CarriedLabel:
    """A label of an image, with its number where it is of the type value.

    A `proposal` is what a model guessed: it is no ground truth until somebody confirms it.
    """

    label: Label
    value: float | None = None
    proposal: bool = False


@dataclass(frozen=True, slots=True)
class LabelFilter:
    """Which labels a listing shows: those of a type, with a text somewhere in their names.

    Upper and lower case are the same. What is empty or None leaves nothing out.
    """

    search: str = ""
    type: LabelType | None = None

    @property
    def leaves_out(self) -> bool:
        """Tell whether anything could be left out."""
        return bool(self.search) or self.type is not None

    def matches(self, name: str, kind: str) -> bool:
        """Tell whether a label of this name and type is shown."""
        return (self.type is None or kind == self.type) and is_like(name, self.search)


EVERY_LABEL = LabelFilter()


@dataclass(frozen=True, slots=True)
class LabelChange:
    """What of a label is to be changed; None stays as it is, an empty output name is none."""

    name: str | None = None
    description: str | None = None
    output_name: str | None = None

    def given(self) -> dict[str, Any]:
        """Return what is to be changed, by field."""
        changes = {name: text for name, text in asdict(self).items() if text is not None}
        return changes | ({"output_name": None} if self.output_name == "" else {})


def check_removable(label: Label) -> None:
    """Raise Conflict for a label that goes only with its task."""
    if label.negative_for_task is not None:
        raise Conflict(
            f"The label '{label.name}' is the negative label of a task; it goes with its task"
        )


NOTHING_PROPOSED: Mapping[str, float | None] = MappingProxyType({})
"""No label that a model guessed, by label id."""
