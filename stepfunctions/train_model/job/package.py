"""What a training leaves: model.onnx, and report.json that says what it is worth."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import processes
import torch
from backbones import USUAL
from budget import Budget
from classifier import Classifier
from examples import Examples
from export import export, prove
from objective import Answers, Objective, Targets
from plan import Plan
from scoring import logits_of

FORMAT = 2
PARITY_PICTURES = 8
MOST_UNSEEN = 20_000
"""Answers in the report: half a megabyte."""
CONFIDENCE_DIGITS = 6


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
    frozen_blocks: int = 0
    backbone: str = USUAL
    search: Mapping[str, Any] | None = None


def write_package(
    folder: Path, trained: Trained, validation: Examples, test: Examples, budget: Budget
) -> dict[str, Any] | None:
    """Write both files and return the report; of all processes only the first has one."""
    figures = _figures(trained, validation, test)
    if not processes.is_first():
        return None
    folder.mkdir(parents=True, exist_ok=True)
    shown = test if len(test) else validation
    report = {
        "format": FORMAT,
        "input_size": trained.plan.input_size,
        **figures,
        "epochs": trained.epochs,
        "best_epoch": trained.best_epoch,
        "frozen_blocks": trained.frozen_blocks,
        "device": trained.device.type,
        "backbone": trained.backbone,
        "recipe": dict(trained.recipe),
        "search": None if trained.search is None else dict(trained.search),
        **_export(trained, folder / "model.onnx", shown, figures["temperature"]),
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
    temperature = objective.temperature(answers, validation.targets)
    return {
        "temperature": temperature,
        "unseen": _unseen(objective, answers, validation.targets, temperature),
        "validation": score.to_report(),
        "test": None if tested is None else objective.score(tested, test.targets).to_report(),
    }


def _unseen(
    objective: Objective, answers: Answers, targets: Targets, temperature: float
) -> dict[str, Any] | None:
    """Say how sure and how right the answers to the pictures held out are, in classes.

    The epoch and the temperature were chosen on the same pictures, so they flatter it a little.
    """
    right = objective.right(answers, targets)
    if right is None:
        return None
    sure = objective.probabilities(answers, temperature).max(axis=1)[:MOST_UNSEEN]
    return {
        "confidences": sure.round(CONFIDENCE_DIGITS).tolist(),
        "right": right[:MOST_UNSEEN].astype(int).tolist(),
    }


def _export(trained: Trained, file: Path, shown: Examples, temperature: float) -> dict[str, Any]:
    """Write the network; return its answers to a few pictures, which serving has to repeat."""
    export(trained.classifier, trained.plan.input_size, file)
    meaning = partial(trained.objective.probabilities, temperature=temperature)
    proof = prove(trained.classifier, file, shown.pixels[:PARITY_PICTURES], meaning)
    ids = list(shown.image_ids[:PARITY_PICTURES])
    return {
        "parity": {"image_ids": ids, "logits": proof.logits.tolist()},
        "onnx_parity": proof.parity,
    }
