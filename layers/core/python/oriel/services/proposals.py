"""What an answer proposes: the labels that a picture gets until somebody confirms them."""

from collections.abc import Mapping, Sequence
from typing import Any

from oriel.domain.image import MAX_LABELS_OF_UPLOAD
from oriel.domain.model import Artifact
from oriel.domain.task import Task, TaskType
from oriel.values import dataclass

LIKELY = 0.5
"""From this probability on a tag is proposed."""
_PROBABILITY_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Proposal:
    """A label with the model's number for it, or with its probability; neither means "none"."""

    label_id: str
    value: float | None = None
    probability: float | None = None

    def note(self) -> dict[str, Any]:
        """Return what the image's meta data says of it."""
        if self.probability is None:
            return {"id": self.label_id} | ({} if self.value is None else {"value": self.value})
        return {"id": self.label_id, "prob": round(self.probability, _PROBABILITY_DIGITS)}


def proposals_of(task: Task, artifact: Artifact, outputs: Sequence[float]) -> Sequence[Proposal]:
    """Return what a model's answer proposes, the most probable first.

    Of classes the best one; of tags all that are likely, as many as an upload may carry, or the
    negative label where none is; in a regression the value.
    """
    pairs = list(zip(artifact.labels, outputs, strict=True))
    if artifact.task_type is TaskType.REGRESSION:
        return [Proposal(label.id, value=value) for label, value in pairs]
    ranked = sorted(pairs, key=lambda pair: pair[1], reverse=True)
    if artifact.task_type is TaskType.MULTI_CLASS:
        return [Proposal(label.id, probability=output) for label, output in ranked[:1]]
    likely = [
        Proposal(label.id, probability=output) for label, output in ranked if output >= LIKELY
    ]
    if not likely and task.negative_label_id is not None:
        return [Proposal(task.negative_label_id)]
    return likely[:MAX_LABELS_OF_UPLOAD]


def notes_of(task: Task, version: int | None, proposals: Sequence[Proposal]) -> Mapping[str, Any]:
    """Return the meta data of a picture that an answer was kept of: who said what."""
    labels = [proposal.note() for proposal in proposals]
    return {"prediction": {"task_id": task.id, "version": version, "labels": labels}}
