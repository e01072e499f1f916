"""Labels of training images that may be wrong, as the training saw them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from oriel.domain.label import CarriedLabel
from oriel.domain.model import task_prefix
from oriel.domain.task import TaskType
from oriel.values import dataclass

FORMAT = 1
MOST_SUSPECTS = 1_000


@dataclass(frozen=True, slots=True)
class Suspect:
    """An answer that speaks against what all other pictures say.

    `label_id` is the class or tag that was given, the tag that was not (`carried` False), or the
    label of the value. `score` is the probability of what was given; of a value, how many typical
    errors it is off. `suggested_label_id` is the class that the picture seems to have, None for
    tags and values; `suggested_score` the probability of that class, or of the tag.
    """

    image_id: str
    label_id: str
    carried: bool
    score: float
    suggested_label_id: str | None = None
    suggested_score: float | None = None
    value: float | None = None
    suggested_value: float | None = None

    def still_given(
        self, task_type: TaskType, labels: Sequence[CarriedLabel], asked: Collection[str]
    ) -> bool:
        """Tell whether the image still has the answer that is doubted; `asked` are the task's."""
        truths = {one.label.id: one.value for one in labels if not one.proposal}
        if task_type is TaskType.MULTI_CLASS:
            return truths.keys() & set(asked) == {self.label_id}
        if task_type is TaskType.MULTI_LABEL:
            return (self.label_id in truths) == self.carried
        return truths.get(self.label_id) == self.value


@dataclass(frozen=True, slots=True)
class Suspects:
    """The most suspicious answers first; `labels` are names by id, `reason` why there are none."""

    model_id: str
    task_type: TaskType
    image_count: int
    labels: Mapping[str, str]
    found: tuple[Suspect, ...]
    reason: str | None = None

    def to_document(self) -> dict[str, Any]:
        """Write it as JSON has it."""
        return {"format": FORMAT, **asdict(self)}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Suspects":
        """Read what `to_document` wrote; raises ValueError for another format."""
        if document.get("format") != FORMAT:
            raise ValueError(f"unknown format of suspects {document.get('format')!r}")
        known = {name: value for name, value in document.items() if name != "format"}
        known["task_type"] = TaskType(document["task_type"])
        known["found"] = tuple(Suspect(**one) for one in document["found"])
        return cls(**known)


def suspects_key(workspace_id: str, task_id: str) -> str:
    """Name the suspects of a task's latest training in the models bucket."""
    return f"{task_prefix(workspace_id, task_id)}suspects.json"
