"""Makes the plan: measures this machine and these pictures, then chooses."""

import statistics
import time
from dataclasses import replace

import processes
import torch
from backbones import USUAL, blocks_until_stage
from dataset import Dataset
from decoding import open_picture
from device import processors
from finetune import pictures_an_epoch
from job_options import JobOptions
from objective import Objective
from plan import INPUT_SIZES, Plan, Speed, Workload, choose
from recipe import recipe_of
from speed import measure
from start import new_classifier

SAMPLED = 16
DEFAULT_EPOCHS = 12
SEARCH_SHARE = 0.5
FROZEN_STAGES = {"cpu": (3, 5), "cuda": (0,)}
"""What stays as it is, of 7 stages; the preferred number first."""


def make_plan(
    dataset: Dataset,
    objective: Objective,
    options: JobOptions,
    *,
    seconds: float,
    device: torch.device,
) -> Plan:
    """Choose a plan that fits into `seconds`; where it would not beside a search, without one."""
    started = time.monotonic()
    native_side, decode_seconds = _look_at_pictures(dataset)
    speeds = _speeds(objective.outputs, options.backbone or USUAL, device, decode_seconds)
    train = len(dataset.train)
    workload = Workload(
        train=train,
        validation=len(dataset.validation),
        test=len(dataset.test),
        # What is measured is one process's pace, of which each shows only its part.
        an_epoch=-(-pictures_an_epoch(train, recipe_of(options).batch_size) // processes.count()),
        native_side=native_side,
        may_cache=may_cache(device),
    )
    left = seconds - (time.monotonic() - started)
    epochs = DEFAULT_EPOCHS if options.epochs is None else options.epochs
    if options.search:
        plan = choose(workload, speeds, (1 - SEARCH_SHARE) * left, epochs, options.input_size)
        if plan.epochs:
            return replace(plan, search_share=SEARCH_SHARE)
    return choose(workload, speeds, left, epochs, options.input_size)


def _speeds(
    outputs: int, backbone: str, device: torch.device, decode_seconds: float
) -> dict[int, Speed]:
    """Measure for each number of frozen blocks that may be chosen."""
    choices = [blocks_until_stage(backbone, stages) for stages in FROZEN_STAGES[device.type]]
    return {
        frozen: measure(
            new_classifier(outputs, frozen, device, backbone=backbone), device, decode_seconds
        )
        for frozen in choices
    }


def may_cache(device: torch.device) -> bool:
    """Whether the frozen trunk's output may be kept: a GPU is faster than a disk."""
    return device.type == "cpu"


def _look_at_pictures(dataset: Dataset) -> tuple[int, float]:
    """Return the usual shorter side in pixels and the seconds that decoding one takes."""
    sample = dataset.train[:: max(1, len(dataset.train) // SAMPLED)]
    started = time.monotonic()
    sides = [min(open_picture(example, max(INPUT_SIZES)).size) for example in sample]
    seconds = (time.monotonic() - started) / len(sample)
    return int(statistics.median(sides)), seconds / processors()
