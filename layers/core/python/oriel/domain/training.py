"""Training: what is asked for, what is required, and how pictures are split."""

import re
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from oriel.domain.augmentation import ChosenAugmentation
from oriel.domain.errors import InvalidInput
from oriel.domain.model import TrainMode
from oriel.domain.task import TaskType
from oriel.values import dataclass

DEFAULT_MIN_IMAGES_PER_LABEL = 20
MIN_LABELS = 2
DEFAULT_TIME_BUDGET_SECONDS = 3600
INPUT_SIZE_STEP = 32
"""The backbones halve the input five times."""

BACKBONES = ("lite0", "lite1", "lite2")
"""Networks that full trainings start from: the larger the better, the slower and the dearer."""
_OF_TIMM = re.compile(r"timm:[A-Za-z0-9_]{1,80}(\.[A-Za-z0-9_]{1,80})?")
"""Others, where the training's environment has them. No folders, and no other repositories."""

BOUNDS: Mapping[str, tuple[float, float]] = {
    "time_budget_seconds": (30, 24 * 3600),
    "seed": (0, 2**31 - 1),
    "epochs": (1, 1000),
    "learning_rate": (1e-6, 0.1),
    "batch_size": (4, 512),
    "input_size": (64, 512),
    "weight_decay": (0.0, 1.0),
    "dropout": (0.0, 0.9),
    "label_smoothing": (0.0, 0.5),
    "patience": (1, 1000),
    "max_cost_micros": (1, 10**12),
    "instance_count": (1, 64),
}
"""The least and the most of each number that may be chosen."""


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """What the caller may choose; None leaves the choice to the training.

    All but `mode` and `seed` concern only the `full` mode's job. `patience` is how many epochs
    without progress end it. `max_cost_micros` is in millionths of the deployment's currency.
    """

    mode: TrainMode = TrainMode.FULL
    time_budget_seconds: int = DEFAULT_TIME_BUDGET_SECONDS
    seed: int = 0
    epochs: int | None = None
    learning_rate: float | None = None
    batch_size: int | None = None
    input_size: int | None = None
    backbone: str | None = None
    weight_decay: float | None = None
    dropout: float | None = None
    label_smoothing: float | None = None
    patience: int | None = None
    search: bool = False
    max_cost_micros: int | None = None
    instance_count: int = 1

    def to_document(self) -> dict[str, Any]:
        """Write what was chosen as JSON has it."""
        chosen = {name: value for name, value in asdict(self).items() if value is not None}
        return {**chosen, "mode": self.mode.value}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "TrainingOptions":
        """Read what `to_document` wrote; raises InvalidInput where it makes no sense."""
        known = {field.name for field in fields(cls)}
        chosen = {name: value for name, value in document.items() if name in known}
        options = cls(**{**chosen, "mode": TrainMode(document["mode"])})
        check_options(options)
        return options


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """The input of the training machine: names of things, never the things."""

    workspace_id: str
    task_id: str
    model_id: str
    options: TrainingOptions


_OF_ANY_MODE = ("mode", "seed", "time_budget_seconds")


def check_options(options: TrainingOptions) -> None:
    """Raise InvalidInput that names the option which makes no sense."""
    for name, (least, most) in BOUNDS.items():
        value = getattr(options, name)
        if value is not None and not least <= value <= most:
            raise InvalidInput(f"{name} must be between {least:g} and {most:g}")
    if options.input_size is not None and options.input_size % INPUT_SIZE_STEP:
        raise InvalidInput(f"input_size must be a multiple of {INPUT_SIZE_STEP}")
    if options.backbone is not None:
        _check_backbone(options.backbone)
    if options.search and options.instance_count > 1:
        raise InvalidInput("search: takes one machine; leave out instance_count, or search")
    if options.mode is TrainMode.INSTANT:
        _check_instant(options)


def check_type(options: TrainingOptions, task_type: TaskType) -> None:
    """Raise InvalidInput that names the option which such a task has no use for."""
    if options.label_smoothing is not None and task_type is not TaskType.MULTI_CLASS:
        raise InvalidInput("label_smoothing: only tasks of the type 'multi_class' take it")


def _check_backbone(name: str) -> None:
    if name not in BACKBONES and not _OF_TIMM.fullmatch(name):
        raise InvalidInput(
            f"backbone must be one of {', '.join(BACKBONES)}, or timm:<name of a network of timm>"
        )


def _check_instant(options: TrainingOptions) -> None:
    """A head is solved: what steers a network's training would change nothing."""
    for field in fields(options):
        if field.name not in _OF_ANY_MODE and getattr(options, field.name) != field.default:
            raise InvalidInput(f"{field.name}: only trainings of the mode 'full' take it")


def job_options(options: TrainingOptions, augmentation: ChosenAugmentation) -> dict[str, Any]:
    """Return what the job of a full training is told; how it is started is no business of its."""
    outside = {"mode", "instance_count", "max_cost_micros"}
    chosen = {name: value for name, value in options.to_document().items() if name not in outside}
    told = {"augmentation_unused": dict(augmentation.unused)} if augmentation.unused else {}
    return {**chosen, **told, "augmentation": list(augmentation.used)}
