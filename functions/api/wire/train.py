"""The request to train a task."""

from oriel.domain.model import TrainMode
from oriel.domain.training import (
    DEFAULT_TIME_BUDGET_SECONDS,
    MAX_TIME_BUDGET_SECONDS,
    MIN_TIME_BUDGET_SECONDS,
    TrainingOptions,
)
from pydantic import AliasChoices, Field

from functions.api.wire.base import Request


class TrainRequest(Request):
    """How to train; an empty body asks for a full training."""

    mode: TrainMode = Field(
        default=TrainMode.FULL,
        validation_alias=AliasChoices("mode", "type"),
        description="full: fine-tunes a network. instant: fits a head, within seconds.",
    )
    time_budget_seconds: int = Field(
        default=DEFAULT_TIME_BUDGET_SECONDS,
        ge=MIN_TIME_BUDGET_SECONDS,
        le=MAX_TIME_BUDGET_SECONDS,
        description="Bounds the job of a full training.",
    )

    def to_domain(self) -> TrainingOptions:
        """Read the options."""
        return TrainingOptions(mode=self.mode, time_budget_seconds=self.time_budget_seconds)
