"""How far a training is: what its job has said so far, in the API's words."""

import json
from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from oriel.domain.model import Model, TrainMode, job_prefixes
from oriel.domain.task import TrainStatus
from oriel.values import dataclass

MAX_BYTES = 10_000
"""Of the job's file, which holds some two hundred."""


class Phase(StrEnum):
    """What a training is at."""

    PREPARING = "preparing"
    """Its pictures are checked and listed."""
    STARTING = "starting"
    """A machine for the job is looked for and begins."""
    LOADING = "loading"
    """The job reads pictures."""
    TRAINING = "training"
    EXPORTING = "exporting"
    FITTING = "fitting"
    """An `instant` training solves its head, and evaluates it."""
    EVALUATING = "evaluating"
    PUBLISHING = "publishing"


_YEAR_10000 = 253_402_300_800
_SAID = {"export": Phase.EXPORTING, "done": Phase.EVALUATING}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a training is; what is not known yet is None.

    `epoch` of `epochs` are done. `loss` is the last epoch's on the training pictures, `validation`
    has its figures on pictures held back. `updated` is when the job said so.
    """

    phase: Phase
    epoch: int | None = None
    epochs: int | None = None
    loss: float | None = None
    validation: Mapping[str, float] = field(default_factory=dict)
    seconds_left: int | None = None
    updated: datetime | None = None


def progress_key(model_id: str) -> str:
    """Name the object in the models bucket that a training's job keeps its progress in."""
    return f"{job_prefixes(model_id)[1]}progress.json"


def progress_without_job(model: Model) -> Progress | None:
    """Tell what is known without its job; None where only that can say more, or nothing runs."""
    if model.train_status is TrainStatus.CREATED:
        return Progress(Phase.PREPARING)
    if model.train_status is TrainStatus.IN_TRAINING and model.artifact is not None:
        return Progress(Phase.PUBLISHING)
    if model.train_status is TrainStatus.IN_TRAINING and model.mode is TrainMode.INSTANT:
        return Progress(Phase.FITTING)
    return None


def read_progress(content: bytes, now: datetime) -> Progress:
    """Read what a job has written; what is no such thing counts as not said yet."""
    said = _object(content)
    epoch = _count(said.get("epoch"))
    updated = _moment(said.get("updated"))
    left = _number(said.get("seconds_left"))
    if left is not None and updated is not None:
        left -= max(0.0, now.timestamp() - updated)
    training = Phase.TRAINING if epoch is not None else Phase.LOADING
    return Progress(
        phase=_SAID.get(str(said.get("phase")), training) if said else Phase.STARTING,
        epoch=epoch,
        epochs=_count(said.get("epochs")),
        loss=_number(said.get("loss")),
        validation=_figures(said.get("validation")),
        seconds_left=None if left is None else max(0, round(left)),
        updated=None if updated is None else datetime.fromtimestamp(updated, UTC),
    )


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _figures(found: object) -> Mapping[str, float]:
    if not isinstance(found, dict):
        return {}
    read = {str(name): _number(value) for name, value in found.items()}
    return {name: value for name, value in read.items() if value is not None}


def _moment(value: object) -> float | None:
    """Read seconds since 1970 that a calendar has."""
    number = _number(value)
    return number if number is not None and 0 <= number < _YEAR_10000 else None


def _count(value: object) -> int | None:
    number = _number(value)
    return None if number is None else int(number)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # Compared before it is made a float, which not every whole number can be.
    return float(value) if abs(value) < 1e15 else None  # noqa: PLR2004
