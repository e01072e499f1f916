"""Chooses input size, depth and length of a fine-tuning so that it fits its time.

Larger inputs and more trained blocks are better where there is time for all epochs; where there is
not, epochs are given up last. Figures: Fashion-MNIST, 1,360 pictures, accuracy on 2,000 others:
the last 5 blocks at 128 px 0.874, the last 11 at 64, 96 and 128 px 0.880, 0.892 and 0.889, the
probe alone 0.82.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

INPUT_SIZES = (224, 192, 160, 128, 96, 64)
MOST_MAGNIFICATION = 4
"""Beyond that a larger input costs time and shows nothing more."""
MARGIN = 0.85
"""Share of the time that is planned for; the rest is for measurements that were too good."""
FEWEST_EPOCHS = 4


@dataclass(frozen=True, slots=True)
class Workload:
    """Numbers of pictures; `an_epoch` counts those of one epoch, repeated ones too.

    `native_side` is the usual shorter side in pixels. `is_cached` says whether the trunk runs once.
    """

    train: int
    validation: int
    test: int
    an_epoch: int
    native_side: int
    is_cached: bool


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
    """With 0 epochs the probe is the model."""

    input_size: int
    frozen_blocks: int
    epochs: int


def choose(
    workload: Workload, speeds: Mapping[int, Speed], seconds: float, max_epochs: int
) -> Plan:
    """Choose what fits into `seconds`; `speeds` are by frozen blocks, the preferred first."""
    sizes = _sizes(workload.native_side)
    for frozen, speed in speeds.items():
        for size in sizes:
            if _fitting(workload, speed, size, seconds) >= max_epochs:
                return Plan(size, frozen, max_epochs)
    size = sizes[-1]
    fitting = {frozen: _fitting(workload, speed, size, seconds) for frozen, speed in speeds.items()}
    for frozen, epochs in fitting.items():
        if epochs >= FEWEST_EPOCHS:
            return Plan(size, frozen, int(epochs))
    frozen, epochs = max(fitting.items(), key=lambda item: item[1])
    return Plan(size, frozen, max(0, int(epochs)))


def _sizes(native_side: int) -> Sequence[int]:
    useful = [size for size in INPUT_SIZES if size <= MOST_MAGNIFICATION * native_side]
    return useful or INPUT_SIZES[-1:]


def _fitting(workload: Workload, speed: Speed, size: int, seconds: float) -> float:
    """How many epochs fit; below zero where not even the preparation does."""
    area = (size / speed.input_size) ** 2
    pictures = workload.train + workload.validation + workload.test
    passes = workload.an_epoch + workload.validation
    # Cached, the trunk sees each training picture twice: as it is, and mirrored.
    trunk = (2 if workload.is_cached else 1) * workload.train + workload.validation + workload.test
    once = (trunk * speed.trunk + (workload.train + workload.test) * speed.top) * area
    epoch = (workload.an_epoch * speed.step + workload.validation * speed.top) * area
    if not workload.is_cached:
        epoch += passes * speed.trunk * area
    return (MARGIN * seconds - pictures * speed.decode - once) / epoch
