"""The request to train a task."""

from typing import Any

from oriel.domain.model import TrainMode
from oriel.domain.training import BOUNDS, DEFAULT_TIME_BUDGET_SECONDS, TrainingOptions
from pydantic import AliasChoices, Field

from functions.api.wire.base import Name, Request

MICROS = 1_000_000


def _bounded(name: str, description: str, default: Any = None, **more: Any) -> Any:
    least, most = BOUNDS[name]
    return Field(default=default, ge=least, le=most, description=description, **more)


class TrainRequest(Request):
    """How to train; an empty body asks for a full training, whose job chooses what is absent."""

    mode: TrainMode = Field(
        default=TrainMode.FULL,
        validation_alias=AliasChoices("mode", "type"),
        description="full: fine-tunes a network. instant: fits a head, within seconds.",
        examples=["full"],
    )
    time_budget_seconds: int = _bounded(
        "time_budget_seconds",
        "Bounds the job of a full training.",
        DEFAULT_TIME_BUDGET_SECONDS,
        examples=[DEFAULT_TIME_BUDGET_SECONDS],
    )
    seed: int = _bounded("seed", "Of all that is drawn by chance.", 0)
    epochs: int | None = _bounded("epochs", "At most so many, as far as the time allows.")
    learning_rate: float | None = _bounded("learning_rate", "The highest of the training.")
    batch_size: int | None = _bounded("batch_size", "Pictures a step.")
    input_size: int | None = _bounded(
        "input_size", "Side in pixels of what the network sees; a multiple of 32."
    )
    backbone: Name | None = Field(
        default=None,
        description="The network to start from: lite0 (usual), lite1 or lite2, ever larger; or "
        "timm:<name>, where the training has the package timm.",
    )
    weight_decay: float | None = _bounded("weight_decay", "Of AdamW.")
    dropout: float | None = _bounded("dropout", "Before the last layer.")
    label_smoothing: float | None = _bounded(
        "label_smoothing",
        "Share of a class's target that all classes share; of multi_class tasks. 0 unless chosen, "
        "since probabilities are less true with it.",
    )
    patience: int | None = _bounded(
        "patience", "Epochs without progress on held-out pictures that end the training."
    )
    search: bool = Field(
        default=False,
        description="Spend half of the time on short trials of options that are absent here.",
    )
    max_cost: float | None = Field(
        default=None, gt=0, le=1_000_000, description="In the deployment's currency."
    )
    instance_count: int = _bounded("instance_count", "Machines that train together.", 1)

    def to_domain(self) -> TrainingOptions:
        """Read the options."""
        chosen = self.model_dump(exclude={"workspace", "max_cost"})
        cost = None if self.max_cost is None else round(self.max_cost * MICROS)
        return TrainingOptions(**chosen, max_cost_micros=cost)
