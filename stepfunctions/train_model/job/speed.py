"""Measures how fast this machine is, in the few seconds before the plan is made."""

import statistics
import time
from collections.abc import Callable

import torch
from classifier import Classifier
from device import precision, wait_for
from plan import Speed
from torch.nn import functional
from torch.optim import AdamW

PICTURES = 32
# A small input does not fill a GPU and so says nothing about a large one.
INPUT_SIZE = {"cpu": 96, "cuda": 224}
WARMING_REPEATS = 4
"""The first runs fill caches and pools of memory: they take up to nine times as long as others."""
FEWEST_REPEATS = 3
MEASURED_SECONDS = 0.8
"""Of each kind of work: on a busy machine one run says little."""


def measure(classifier: Classifier, device: torch.device, decode_seconds: float) -> Speed:
    """Run random pictures through the classifier; leaves its weights as they are."""
    size = INPUT_SIZE[device.type]
    pixels = torch.randint(0, 256, (PICTURES, size, size, 3), dtype=torch.uint8, device=device)
    targets = torch.zeros(PICTURES, dtype=torch.int64, device=device)

    # A small picture takes hardly longer than the update of the weights after it.
    weights = [one for one in classifier.parameters() if one.requires_grad]
    optimizer = AdamW(weights, lr=0.0, weight_decay=0.0)

    def step() -> None:
        functional.cross_entropy(classifier.top(activations), targets).backward()
        optimizer.step()

    @torch.no_grad()
    def forwards() -> None:
        classifier.top(activations)

    with precision(device):
        activations = classifier.trunk(pixels)
        trunk = _seconds(lambda: classifier.trunk(pixels), device)
        top, whole = _seconds(forwards, device), _seconds(step, device)
    classifier.zero_grad(set_to_none=True)
    return Speed(size, decode_seconds, trunk / PICTURES, top / PICTURES, whole / PICTURES)


def _seconds(work: Callable[[], object], device: torch.device) -> float:
    """Take the median, not the best: what else runs here will go on running."""
    taken: list[float] = []
    while len(taken) < WARMING_REPEATS + FEWEST_REPEATS or sum(taken) < MEASURED_SECONDS:
        started = time.monotonic()
        work()
        wait_for(device)
        taken.append(time.monotonic() - started)
    return statistics.median(taken[WARMING_REPEATS:])
