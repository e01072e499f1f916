"""Training: what is asked for, what is required, and how pictures are split."""

from dataclasses import dataclass

from oriel.domain.model import TrainMode

DEFAULT_MIN_IMAGES_PER_LABEL = 20
MIN_LABELS = 2
DEFAULT_TIME_BUDGET_SECONDS = 3600
MIN_TIME_BUDGET_SECONDS = 30
MAX_TIME_BUDGET_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """What the caller may choose; `time_budget_seconds` bounds only the `full` mode's job."""

    mode: TrainMode = TrainMode.FULL
    time_budget_seconds: int = DEFAULT_TIME_BUDGET_SECONDS
    seed: int = 0


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """The input of the training machine: names of things, never the things."""

    workspace_id: str
    task_id: str
    model_id: str
    options: TrainingOptions
