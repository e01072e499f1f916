"""Makes the plan: measures this machine and these pictures, then chooses."""

import statistics
import time
from collections.abc import Sequence
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
LATE_STAGE = 5
"""Of 7 stages, the first one of the last blocks."""
FROZEN_STAGES = {"cpu": (3, LATE_STAGE), "cuda": (0,)}
"""What stays as it is, of 7 stages; the preferred number first."""
ENOUGH_TO_WIDEN = 1000
"""Training pictures from which on more than the last blocks learn. With 200 of Fashion-MNIST, with
200 photographs of 11 classes and with 600 the last 5 blocks did as well as the last 11 (0.779 and
0.785; 0.808 and 0.778; 0.843 and 0.838); with 1,360 and 2,000 the last 11 did better."""


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
    train, backbone = len(dataset.train), options.backbone or USUAL
    depths = [blocks_until_stage(backbone, stages) for stages in frozen_stages(train, device)]
    speeds = _speeds(objective.outputs, backbone, depths, device, decode_seconds)
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
    late = blocks_until_stage(backbone, LATE_STAGE)
    for share in (SEARCH_SHARE, 0.0) if options.search else (0.0,):
        plan = choose(workload, speeds, (1 - share) * left, epochs, options.input_size)
        if plan.epochs:
            break
    return replace(plan, search_share=share, late_blocks=late)


def frozen_stages(train: int, device: torch.device) -> Sequence[int]:
    """Return how many stages stay as they are, the preferred number first, by what data allow."""
    return FROZEN_STAGES[device.type] if train >= ENOUGH_TO_WIDEN else (LATE_STAGE,)


def _speeds(
    outputs: int,
    backbone: str,
    depths: Sequence[int],
    device: torch.device,
    decode_seconds: float,
) -> dict[int, Speed]:
    """Measure for each number of frozen blocks that may be chosen."""
    return {
        frozen: measure(
            new_classifier(outputs, frozen, device, backbone=backbone), device, decode_seconds
        )
        for frozen in depths
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
