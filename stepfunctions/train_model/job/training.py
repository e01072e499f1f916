"""One training, from the snapshot to the package that the state machine publishes."""

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import processes
import torch
from activations import ROWS_AT_ONCE, LiveActivations
from augmentation import Augmentation
from backbones import USUAL
from budget import Budget
from checkpoint import Checkpoints
from classifier import Classifier
from dataset import Dataset, read_dataset
from device import choose_device
from errors import TrainingImpossible
from examples import Desk, Examples
from job_environment import JobEnvironment
from objectives import objective_of
from package import Trained, write_package
from plan import Plan
from planning import make_plan, may_cache
from probe import start_from_probe
from progress import say
from recipe import recipe_of, to_report
from scoring import logits_of
from start import new_classifier
from workbench import Found, Workbench

if TYPE_CHECKING:
    from trials import Trials

EXPORT_SECONDS = 5.0
"""What the last steps take on a slow machine, without the test pictures."""

State = dict[str, Any]


def train(job: JobEnvironment, budget: Budget) -> None:
    """Train, or go on training, and write the package; raises TrainingImpossible."""
    with processes.together():
        _train(job, budget)


def _train(job: JobEnvironment, budget: Budget) -> None:
    device = choose_device()
    options, recipe = job.options, recipe_of(job.options)
    dataset = read_dataset(job.snapshot, job.images, options.seed)
    say(phase="start", device=device.type, **_counts(dataset))
    checkpoints, trials = _kept(job, f"{dataset.fingerprint}:{options}", budget)
    state = _state(checkpoints, trials)
    objective = objective_of(dataset, recipe.label_smoothing)
    plan = _plan(
        budget,
        state or (trials and trials.state),
        partial(make_plan, dataset, objective, options, device=device),
    )
    classifier = new_classifier(
        objective.outputs,
        plan.frozen_blocks,
        device,
        objective.units,
        recipe.dropout,
        backbone=options.backbone or USUAL,
    )
    with tempfile.TemporaryDirectory() as scratch:
        shared = Path(processes.told_by_machines_first(scratch))
        desk = Desk(shared, classifier, objective, plan.input_size, device, options.seed)
        training, validation, test = _lay_out(desk, dataset, plan, recipe.augmentation)
        reserve = EXPORT_SECONDS + _seconds_to_score(classifier, test, device)
        if state is None:
            start_from_probe(classifier, training, objective, device)
        bench = Workbench(classifier, dataset, training, validation, plan, options.seed, device)
        found = trials.find(bench, reserve) if trials else Found(recipe, plan.frozen_blocks)
        tuning = bench.tuning(found.recipe, found.frozen_blocks, plan.epochs)
        if state is not None:
            tuning.resume(state)
        best = tuning.run(budget, reserve, checkpoints)
        say(phase="export", best_epoch=best.epoch, best_loss=best.score.loss)
        classifier.load_state_dict(best.weights)
        trained = Trained(
            *(classifier, objective, plan, tuning.epochs, best.epoch, device),
            recipe=to_report(found.recipe, options),
            price_micros_per_hour=options.price_micros_per_hour,
            frozen_blocks=found.frozen_blocks,
            backbone=options.backbone or USUAL,
            search=found.report,
        )
        report = write_package(job.model, trained, validation, test, budget)
        # Until here the first process of a machine keeps the folder of all.
        processes.wait_for_all()
    if report is not None:
        tested = {f"test_{name}": figure for name, figure in (report["test"] or {}).items()}
        say(phase="done", seconds=report["seconds"], **tested)


def _kept(
    job: JobEnvironment, training_id: str, budget: Budget
) -> "tuple[Checkpoints, Trials | None]":
    """Return what is kept of epochs, and of a search where one is wanted.

    Raises TrainingImpossible for a search of several processes.
    """
    checkpoints = Checkpoints(job.checkpoints, training_id)
    if not job.options.search:
        return checkpoints, None
    if processes.count() > 1:
        raise TrainingImpossible(
            "A search runs in one process, on a machine with one GPU or none: train on such a "
            "machine, or without search"
        )
    # Only now: Optuna takes a second, and most trainings do without it.
    from trials import Trials  # noqa: PLC0415

    finished = Checkpoints(job.checkpoints, training_id, "trials.pt")
    return checkpoints, Trials(job.options, recipe_of(job.options), finished, budget)


def _state(checkpoints: Checkpoints, trials: "Trials | None") -> State | None:
    """Return what an interrupted training left, unless what was searched for it is lost."""
    if trials is not None and not trials.are_over:
        return None
    return processes.told_by_first(checkpoints.load() if processes.is_first() else None)


def _counts(dataset: Dataset) -> dict[str, int]:
    return {
        "labels": len(dataset.labels),
        "train": len(dataset.train),
        "validation": len(dataset.validation),
        "test": len(dataset.test),
    }


def _plan(budget: Budget, state: State | None, make: Callable[..., Plan]) -> Plan:
    """Keep to the plan that an interrupted training had, or make one."""
    if state is None:
        plan = processes.told_by_first(make(seconds=budget.left() - EXPORT_SECONDS))
    else:
        budget.count_earlier(state["spent_seconds"])
        plan = Plan(*state["plan"])
        say(phase="resume", after_epoch=state["epoch"], seconds_left=round(budget.left()))
    say(
        phase="plan",
        input_size=plan.input_size,
        frozen_blocks=plan.frozen_blocks,
        epochs=plan.epochs,
        copies=plan.copies,
    )
    return plan


def _lay_out(
    desk: Desk, dataset: Dataset, plan: Plan, augmentation: Augmentation
) -> tuple[Examples, Examples, Examples]:
    test = desk.lay_out(dataset.test, "test")
    if plan.copies and plan.epochs:
        copies = plan.copies if augmentation.operations else 1
        training = desk.lay_out_cached(dataset.train, "train", augmentation, copies=copies)
    else:
        training = desk.lay_out(dataset.train, "train", augmentation)
    if may_cache(desk.device):
        return training, desk.lay_out_cached(dataset.validation, "validation"), test
    return training, desk.lay_out(dataset.validation, "validation"), test


def _seconds_to_score(classifier: Classifier, test: Examples, device: torch.device) -> float:
    few = test.pixels[:ROWS_AT_ONCE]
    if not len(few):
        return 0.0
    started = time.monotonic()
    logits_of(classifier, LiveActivations(classifier, few, device), device)
    return (time.monotonic() - started) * len(test) / len(few)
