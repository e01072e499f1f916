"""What a training leaves: model.onnx, and report.json that says what it is worth."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import processes
import torch
from budget import Budget
from classifier import Classifier
from examples import Examples
from export import export, proven_logits
from objective import Objective
from plan import Plan
from scoring import logits_of

FORMAT = 2
PARITY_PICTURES = 8


@dataclass(frozen=True, slots=True)
class Trained:
    """A finished classifier and how it came about."""

    classifier: Classifier
    objective: Objective
    plan: Plan
    epochs: int
    best_epoch: int
    device: torch.device
    recipe: Mapping[str, Any]
    price_micros_per_hour: int | None = None


def write_package(
    folder: Path, trained: Trained, validation: Examples, test: Examples, budget: Budget
) -> dict[str, Any] | None:
    """Write both files and return the report; of all processes only the first has one."""
    figures = _figures(trained, validation, test)
    if not processes.is_first():
        return None
    folder.mkdir(parents=True, exist_ok=True)
    report = {
        "format": FORMAT,
        "input_size": trained.plan.input_size,
        **figures,
        "epochs": trained.epochs,
        "best_epoch": trained.best_epoch,
        "frozen_blocks": trained.plan.frozen_blocks,
        "device": trained.device.type,
        "recipe": dict(trained.recipe),
        "parity": _export(trained, folder / "model.onnx", test if len(test) else validation),
        "seconds": round(budget.spent(), 1),
        "cost_micros": _cost(budget.spent(), trained.price_micros_per_hour),
    }
    (folder / "report.json").write_text(json.dumps(report, allow_nan=False))
    return report


def _cost(seconds: float, price_micros_per_hour: int | None) -> int | None:
    """Estimate what the time until now cost, in millionths; None where no price is known."""
    if price_micros_per_hour is None:
        return None
    return round(seconds * price_micros_per_hour / 3600)


def _figures(trained: Trained, validation: Examples, test: Examples) -> dict[str, Any]:
    """Measure; the test side is None where all its pictures were deleted meanwhile."""
    device, objective = trained.device, trained.objective
    answers = logits_of(trained.classifier, validation.activations, device)
    tested = logits_of(trained.classifier, test.activations, device) if len(test) else None
    score = objective.score(answers, validation.targets)
    return {
        "temperature": objective.temperature(answers, validation.targets),
        "validation": score.to_report(),
        "test": None if tested is None else objective.score(tested, test.targets).to_report(),
    }


def _export(trained: Trained, file: Path, shown: Examples) -> dict[str, Any]:
    """Write the network; return its answers to a few pictures, which serving has to repeat."""
    size = trained.plan.input_size
    export(trained.classifier, size, file)
    logits = proven_logits(trained.classifier, size, file, shown.pixels[:PARITY_PICTURES])
    return {"image_ids": list(shown.image_ids[:PARITY_PICTURES]), "logits": logits.tolist()}
