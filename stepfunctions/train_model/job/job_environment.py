"""What SageMaker's script mode says of a job; nothing else here reads the environment.

The variables: ENVIRONMENT_VARIABLES.md of sagemaker-training-toolkit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from errors import TrainingImpossible
from job_options import JobOptions, read_options


@dataclass(frozen=True, slots=True)
class JobEnvironment:
    """Folders, and what was chosen."""

    snapshot: Path
    images: Path
    model: Path
    checkpoints: Path
    options: JobOptions


def read_environment(variables: Mapping[str, str]) -> JobEnvironment:
    """Raise TrainingImpossible where a variable is missing or makes no sense."""
    model = Path(_needed(variables, "SM_MODEL_DIR"))
    kept = variables.get("SM_CHECKPOINT_DIR")
    return JobEnvironment(
        snapshot=Path(_needed(variables, "SM_CHANNEL_SNAPSHOT")),
        images=Path(_needed(variables, "SM_CHANNEL_IMAGES")),
        model=model,
        # No variable names the folder that SageMaker keeps in S3; it lies beside the model's.
        checkpoints=Path(kept) if kept else model.parent / "checkpoints",
        options=read_options(variables.get("SM_HP_OPTIONS", "{}")),
    )


def failure_file(variables: Mapping[str, str]) -> Path | None:
    """Where SageMaker reads why a job failed; None outside a job."""
    data = variables.get("SM_OUTPUT_DATA_DIR")
    return Path(data).parent / "failure" if data else None


def _needed(variables: Mapping[str, str], name: str) -> str:
    if name not in variables:
        raise TrainingImpossible(f"{name} is not set: run this script as a SageMaker training job")
    return variables[name]
