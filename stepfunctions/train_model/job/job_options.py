"""What the caller chose of a training, as the hyperparameter `options` says it in JSON."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from augmentation import OPERATIONS
from errors import TrainingImpossible

WHOLE = (
    "time_budget_seconds",
    "seed",
    "epochs",
    "batch_size",
    "input_size",
    "patience",
    "search_trials",
    "price_micros_per_hour",
)


@dataclass(frozen=True, slots=True)
class JobOptions:
    """None leaves the choice to the plan; `epochs` bounds what the time budget allows.

    A search makes at most `search_trials`. `augmentation_unused` says why the other operations are
    not used: it is for the report alone.
    """

    time_budget_seconds: int = 3600
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
    search_trials: int = 24
    price_micros_per_hour: int | None = None
    augmentation: tuple[str, ...] | None = None
    augmentation_unused: Mapping[str, str] | None = None


def read_options(text: str) -> JobOptions:
    """Read the JSON; raises TrainingImpossible that names what is wrong."""
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise TrainingImpossible("The hyperparameter 'options' must be an object in JSON")
    known = {field.name for field in fields(JobOptions)}
    for name, value in document.items():
        if name not in known:
            raise TrainingImpossible(f"This training does not know the option '{name}'")
        _check(name, value)
    return JobOptions(**_chosen(document))


def _chosen(document: Mapping[str, Any]) -> dict[str, Any]:
    chosen = {name: value for name, value in document.items() if value is not None}
    if "augmentation" in chosen:
        chosen["augmentation"] = tuple(chosen["augmentation"])
    return chosen


def _check(name: str, value: object) -> None:
    if name == "augmentation":
        _check_operations(value)
    elif name == "search" and not isinstance(value, bool):
        raise TrainingImpossible(f"The option search must be true or false, but is {value!r:.40}")
    elif name not in {"backbone", "search", "augmentation_unused"} and value is not None:
        _check_number(name, value)


def _check_operations(value: object) -> None:
    for name in value if isinstance(value, list) else [value]:
        if name not in OPERATIONS:
            raise TrainingImpossible(f"The option augmentation names {name!r:.40}, unknown here")


def _check_number(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TrainingImpossible(f"The option {name} must be a number, but is {value!r:.40}")
    if not math.isfinite(value) or value < 0:
        raise TrainingImpossible(f"The option {name} must be 0 or more, but is {value}")
    if name in WHOLE and not isinstance(value, int):
        raise TrainingImpossible(f"The option {name} must be a whole number, but is {value}")
