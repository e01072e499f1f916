"""Chooses input size, depth and length of a fine-tuning so that it fits its time.

Where time is short, first the later epochs go, then input size, then trained blocks. So it was on
Fashion-MNIST, 1,360 pictures, accuracy on 2,000 others: with the last 11 blocks 0.885 to 0.892 at
96 px and 0.880 at 64; with the last 5 blocks 0.874 even at 128 px; with the probe alone 0.82. After
8 epochs it was as good as after 15; with 2 it was no better than the probe.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

INPUT_SIZES = (224, 192, 160, 128, 96, 64)
MOST_MAGNIFICATION = 4
"""Beyond that a larger input costs time and shows nothing more."""
MARGIN = 0.85
"""Share of the time that is planned for; the rest is for measurements that were too good."""
DEAR_TRUNK = 8
"""Frozen blocks from which on the trunk runs once: with 5 it takes a fifth of a step, with 11 half
of one. Not measured anew, since a model would then depend on what else the machine did."""
COPIES = 4
ENOUGH_EPOCHS = 8
"""With fewer, smaller inputs and fewer blocks do better."""
FEWEST_EPOCHS = 4
"""Of the smallest input and the fewest blocks; with fewer the probe alone does as well."""


@dataclass(frozen=True, slots=True)
class Workload:
    """Numbers of pictures; `an_epoch` counts those of one epoch, repeated ones too.

    `native_side` is the usual shorter side in pixels. `may_cache` says whether what the trunk makes
    of a picture may be kept.
    """

    train: int
    validation: int
    test: int
    an_epoch: int
    native_side: int
    may_cache: bool


@dataclass(frozen=True, slots=True)
class Speed:
    """Seconds a picture at `input_size`: frozen part, trained part forwards, and a whole step."""

    input_size: int
    decode: float
    trunk: float
    top: float
    step: float


@dataclass(frozen=True, slots=True)
class Plan:
    """With 0 epochs the probe is the model.

    The trunk runs once on so many `copies` of each training picture; with 0 it runs in each epoch.
    The time that remains once the pictures are laid out is a search's to this share. Blocks from
    `late_blocks` on learn from the first step, open ones before them once those have settled.
    """

    input_size: int
    frozen_blocks: int
    epochs: int
    copies: int = 0
    search_share: float = 0.0
    late_blocks: int = 0


def choose(
    workload: Workload,
    speeds: Mapping[int, Speed],
    seconds: float,
    max_epochs: int,
    input_size: int | None = None,
) -> Plan:
    """Choose what fits into `seconds`; `speeds` are by frozen blocks, the preferred first.

    An `input_size` that was chosen is kept to, however little time it leaves.
    """
    sizes = _sizes(workload.native_side) if input_size is None else [input_size]
    for frozen, speed in speeds.items():
        copies = _copies(workload, frozen)
        for size in sizes:
            epochs = min(max_epochs, _fitting(workload, speed, size, seconds, copies))
            if epochs >= min(max_epochs, ENOUGH_EPOCHS):
                return Plan(size, frozen, epochs, copies)
    frozen, speed = max(speeds.items())
    copies = _copies(workload, frozen)
    epochs = _fitting(workload, speed, sizes[-1], seconds, copies)
    if epochs >= FEWEST_EPOCHS:
        return Plan(sizes[-1], frozen, min(epochs, max_epochs), copies)
    sizes = INPUT_SIZES if input_size is None else [input_size]
    return _probe_alone(workload, speeds, seconds, sizes)


def _probe_alone(
    workload: Workload, speeds: Mapping[int, Speed], seconds: float, sizes: Sequence[int]
) -> Plan:
    """Choose the largest input that fits: frozen, the backbone knows best the size it was made for.

    Without any time left it is the smallest one, since some model has to come out.
    """
    frozen, speed = max(speeds.items())
    fitting = [size for size in sizes if _fitting(workload, speed, size, seconds) >= 0]
    return Plan(fitting[0] if fitting else sizes[-1], frozen, 0)


def _copies(workload: Workload, frozen_blocks: int) -> int:
    """How many copies of a picture to keep, where a new one in each epoch takes too long."""
    return COPIES if workload.may_cache and frozen_blocks >= DEAR_TRUNK else 0


def _sizes(native_side: int) -> Sequence[int]:
    useful = [size for size in INPUT_SIZES if size <= MOST_MAGNIFICATION * native_side]
    return useful or INPUT_SIZES[-1:]


def _fitting(workload: Workload, speed: Speed, size: int, seconds: float, copies: int = 0) -> int:
    """How many epochs fit; below zero where not even the preparation does."""
    area = (size / speed.input_size) ** 2
    pictures = workload.train + workload.validation + workload.test
    live_validation = 0 if workload.may_cache else workload.validation
    # Without a cache the trunk still runs once before the first epoch, for the probe.
    trunk = max(1, copies) * workload.train + workload.validation + workload.test
    once = (trunk * speed.trunk + (workload.train + workload.test) * speed.top) * area
    epoch = (workload.an_epoch * speed.step + workload.validation * speed.top) * area
    if not copies:
        epoch += (workload.an_epoch + live_validation) * speed.trunk * area
    return math.floor((MARGIN * seconds - pictures * speed.decode - once) / epoch)
