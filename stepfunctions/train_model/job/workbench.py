"""A classifier with its pictures laid out: what trainings and trials begin from."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
from activations import LiveActivations
from classifier import Classifier
from dataset import Dataset
from examples import Examples
from finetune import FineTuning
from objectives import objective_of
from plan import Plan
from recipe import Recipe


@dataclass(frozen=True, slots=True)
class Found:
    """How to train; where it was searched for, `report` tells how."""

    recipe: Recipe
    frozen_blocks: int
    report: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Workbench:
    """All trainings that begin here share the classifier."""

    classifier: Classifier
    dataset: Dataset
    training: Examples
    validation: Examples
    plan: Plan
    seed: int
    device: torch.device

    def tuning(self, recipe: Recipe, frozen_blocks: int, epochs: int) -> FineTuning:
        """Begin with the classifier as it is; at least what the plan freezes is frozen."""
        self.classifier.open_from(frozen_blocks)
        self.classifier.dropout.p = recipe.dropout
        return FineTuning(
            self.classifier,
            self._augmented(recipe),
            self.validation,
            objective_of(self.dataset, recipe.label_smoothing),
            plan=replace(self.plan, epochs=epochs),
            recipe=recipe,
            seed=self.seed,
            device=self.device,
        )

    def _augmented(self, recipe: Recipe) -> Examples:
        """Change pictures as this recipe says, unless their changed copies are kept already."""
        if not isinstance(self.training.activations, LiveActivations):
            return self.training
        live = LiveActivations(
            self.classifier, self.training.pixels, self.device, recipe.augmentation
        )
        return replace(self.training, activations=live)
