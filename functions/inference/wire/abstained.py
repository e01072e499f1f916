"""Whether an answered record is an answer at all."""

from typing import Any

from oriel.domain.abstention import Abstention, AbstentionMode
from oriel.domain.model import Artifact
from oriel.domain.task import TaskType
from oriel.services.classify import Answer


def abstained(answer: Answer, artifact: Artifact, setting: Abstention) -> dict[str, Any]:
    """Say that the model does not know, and why; nothing where it does."""
    if setting.mode is AbstentionMode.OFF or artifact.task_type is not TaskType.MULTI_CLASS:
        return {}
    labels = [label.id for label in artifact.labels]
    reason = setting.reason(labels, answer.outputs, artifact.risk)
    return {} if reason is None else {"abstained": True, "abstain_reason": reason.value}
