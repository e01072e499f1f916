"""Labels: the user's own words."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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
