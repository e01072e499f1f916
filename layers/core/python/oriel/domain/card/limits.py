"""What a model's figures do not say."""

from collections.abc import Iterator, Mapping
from typing import Any

from oriel.domain.model import ArtifactKind, Model
from oriel.domain.task import TaskType

FEW_PICTURES = 30
"""Below this the interval of a share is wider than a quarter."""
_NAMED = 10


def limits_of(model: Model, known: Mapping[str, Any]) -> tuple[str, ...]:
    """Say what one should not conclude from a card."""
    return tuple(_limits(model, known))


def _limits(model: Model, known: Mapping[str, Any]) -> Iterator[str]:
    yield (
        "The test pictures come from the same collection as the training pictures. Other cameras, "
        "places or times may be answered worse than the figures say."
    )
    artifact = model.artifact
    kind = TaskType.MULTI_CLASS if artifact is None else artifact.task_type
    if kind is TaskType.MULTI_CLASS:
        yield (
            "It always chooses one of its labels, also for a picture that shows none of them: a "
            "low probability is the only sign."
        )
    if kind is TaskType.MULTI_LABEL:
        yield "A label is given from a probability of 0.5 on, whatever a mistake would cost."
    if kind is TaskType.REGRESSION:
        yield "It does not say how sure it is, and answers values beyond those it has seen."
    few = [str(row["name"]) for row in known.get("per_label", ()) if row["support"] < FEW_PICTURES]
    if few:
        more = f" and {len(few) - _NAMED} more" if len(few) > _NAMED else ""
        yield (
            f"Fewer than {FEW_PICTURES} test pictures: {', '.join(few[:_NAMED])}{more}. Their "
            "figures may change much with a few more."
        )
    if artifact is not None and artifact.kind is ArtifactKind.HEAD and "int8" in artifact.backbone:
        yield (
            "The network computes with 8-bit numbers, which processors without such instructions "
            "round differently: its probabilities may differ there by some hundredths."
        )
