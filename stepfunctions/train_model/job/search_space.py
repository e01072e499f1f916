"""What a search may choose, and what it chose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dataset import CLASSES
from job_options import JobOptions
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution
from recipe import Recipe

RANGES: Mapping[str, BaseDistribution] = {
    "learning_rate": FloatDistribution(1e-4, 3e-3, log=True),
    "weight_decay": FloatDistribution(1e-4, 1e-1, log=True),
    "dropout": FloatDistribution(0.0, 0.5),
    "label_smoothing": FloatDistribution(0.0, 0.2),
    "augmentation_strength": FloatDistribution(0.0, 2.0),
}
"""All of them have what is usual inside."""
DEPTH = "frozen_blocks"

Settings = Mapping[str, Any]
"""Numbers by the names of `RANGES`, and `DEPTH`."""


@dataclass(frozen=True, slots=True)
class Space:
    """What is chosen, in which ranges, and what it usually is."""

    ranges: Mapping[str, BaseDistribution]
    usual: Settings


def space_of(
    options: JobOptions, recipe: Recipe, task_type: str, depths: Sequence[int], *, augments: bool
) -> Space:
    """Leave out what the caller chose and what would change nothing.

    `depths` are numbers of frozen blocks, the usual one first. `augments` says whether pictures are
    changed anew in each epoch, and not once for all trials.
    """
    told = {name for name in RANGES if getattr(options, name, None) is not None}
    idle = set() if task_type == CLASSES else {"label_smoothing"}
    if not augments:
        idle.add("augmentation_strength")
    ranges = {name: one for name, one in RANGES.items() if name not in told | idle}
    usual = {name: settings_of(recipe)[name] for name in ranges}
    if len(depths) > 1:
        ranges[DEPTH] = CategoricalDistribution(tuple(depths))
        usual[DEPTH] = depths[0]
    return Space(ranges, usual)


def settings_of(recipe: Recipe) -> Settings:
    """Read from a recipe what a search could choose of it."""
    plain = {name: getattr(recipe, name) for name in RANGES if hasattr(recipe, name)}
    return {**plain, "augmentation_strength": recipe.augmentation.strength}


def changed(recipe: Recipe, settings: Settings) -> Recipe:
    """Put what was chosen in place of what is usual."""
    whole = {**settings_of(recipe), **settings}
    augmentation = replace(recipe.augmentation, strength=whole.pop("augmentation_strength"))
    whole.pop(DEPTH, None)
    return replace(recipe, **whole, augmentation=augmentation)
