"""What SageMaker's script mode says of a job; nothing else here reads the environment.

The variables: ENVIRONMENT_VARIABLES.md of sagemaker-training-toolkit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from errors import TrainingImpossible

DEFAULT_TIME_BUDGET_SECONDS = 3600
DEFAULT_EPOCHS = 10


@dataclass(frozen=True, slots=True)
class JobEnvironment:
    """Folders and hyperparameters; `max_epochs` bounds what the time budget allows."""

    snapshot: Path
    images: Path
    model: Path
    checkpoints: Path
    time_budget_seconds: int
    seed: int
    max_epochs: int


def read_environment(variables: Mapping[str, str]) -> JobEnvironment:
    """Raise TrainingImpossible where a variable is missing or no number."""
    model = Path(_needed(variables, "SM_MODEL_DIR"))
    kept = variables.get("SM_CHECKPOINT_DIR")
    return JobEnvironment(
        snapshot=Path(_needed(variables, "SM_CHANNEL_SNAPSHOT")),
        images=Path(_needed(variables, "SM_CHANNEL_IMAGES")),
        model=model,
        # No variable names the folder that SageMaker keeps in S3; it lies beside the model's.
        checkpoints=Path(kept) if kept else model.parent / "checkpoints",
        time_budget_seconds=_number(
            variables, "SM_HP_TIME_BUDGET_SECONDS", DEFAULT_TIME_BUDGET_SECONDS
        ),
        seed=_number(variables, "SM_HP_SEED", 0),
        max_epochs=_number(variables, "SM_HP_MAX_EPOCHS", DEFAULT_EPOCHS),
    )


def failure_file(variables: Mapping[str, str]) -> Path | None:
    """Where SageMaker reads why a job failed; None outside a job."""
    data = variables.get("SM_OUTPUT_DATA_DIR")
    return Path(data).parent / "failure" if data else None


def _needed(variables: Mapping[str, str], name: str) -> str:
    if name not in variables:
        raise TrainingImpossible(f"{name} is not set: run this script as a SageMaker training job")
    return variables[name]


def _number(variables: Mapping[str, str], name: str, default: int) -> int:
    text = variables.get(name, str(default))
    if not text.isdecimal():
        raise TrainingImpossible(f"{name} must be a whole number from 0, but is '{text[:40]}'")
    return int(text)
