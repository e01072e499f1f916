"""The processes that train together: one a GPU, on one machine or on several; mostly just this one.

A launcher (torchrun, or SageMaker's, which runs torchrun on each machine) starts the same script
several times. Then each process takes its part of every batch, gradients are averaged, and the
first process decides, speaks and writes. Alone, all of this is nothing.

What is drawn by chance is drawn for whole batches and cut afterwards, so that the number of
processes changes the result only by the order in which floats are added.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import zip_longest
from typing import Any, TypeVar

import numpy as np
import torch
import torch.distributed as group
from errors import TrainingImpossible
from numpy.typing import NDArray
from torch import Tensor

PATIENCE = timedelta(hours=1)
"""How long processes wait for each other, such as for the slowest to decode its pictures."""

Thing = TypeVar("Thing")
Sliced = TypeVar("Sliced", NDArray[Any], Tensor)


@contextmanager
def together() -> Iterator[None]:
    """Be one of the processes that the launcher started."""
    if not group.is_torchelastic_launched():
        yield
        return
    # Decisions travel between processors, gradients between GPUs where there are some.
    backends = "cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo"
    group.init_process_group(backends, timeout=PATIENCE)
    try:
        yield
    finally:
        group.destroy_process_group()


def count() -> int:
    """How many there are."""
    return group.get_world_size() if group.is_initialized() else 1


def number() -> int:
    """Which one this is, from 0."""
    return group.get_rank() if group.is_initialized() else 0


def number_here() -> int:
    """Which one this is on its machine, from 0."""
    return group.get_node_local_rank(fallback_rank=0) if group.is_initialized() else 0


def is_first() -> bool:
    """Whether this is the one that decides, speaks and writes."""
    return number() == 0


def own_part(things: list[Thing]) -> list[Thing]:
    """Cut what all share; with fewer things than processes some get none."""
    return things[number() :: count()]


def own_rows(rows: Sliced) -> Sliced:
    """Cut a batch; with fewer rows than processes some get one that `share_of_mean` counts 0."""
    return rows[number() % len(rows) :: count()]


def share_of_mean(size: int) -> float:
    """Return what the mean over `own_rows` of a batch counts in the mean over all processes.

    So that this is the mean over the batch, though some may have a row more than others.
    """
    return len(range(number(), size, count())) * count() / size


def told_by_first(thing: Thing) -> Thing:
    """Return what the first process has."""
    if count() == 1:
        return thing
    told = [thing]
    group.broadcast_object_list(told, src=0, device=torch.device("cpu"))
    return told[0]


def told_by_all(thing: Thing) -> list[Thing]:
    """Return what each process has, in their order."""
    if count() == 1:
        return [thing]
    told: list[Any] = [None] * count()
    group.all_gather_object(told, thing)
    return told


def any_wants(*wishes: bool) -> tuple[bool, ...]:
    """Tell of each wish whether one of all processes has it."""
    if count() == 1:
        return wishes
    wanted = torch.tensor([int(wish) for wish in wishes])
    group.all_reduce(wanted, op=group.ReduceOp.MAX)
    return tuple(bool(one) for one in wanted)


def wait_for_all() -> None:
    """Wait until every process is here."""
    told_by_all(None)


def told_by_machines_first(thing: Thing) -> Thing:
    """Return what the first process of this machine has."""
    return told_by_all(thing)[number() - number_here()]


def part_of_machine(things: Sequence[Thing]) -> Sequence[Thing]:
    """Cut what the processes of this machine share, such as the rows of a file."""
    first = number() - number_here()
    here = [told for told in told_by_all(first) if told == first]
    return things[number_here() :: len(here)]


def joined(parts: Sequence[Tensor]) -> NDArray[Any]:
    """Put together the rows that came of each process's part of a list of batches."""
    told = told_by_all([part.numpy() for part in parts])
    dealt = (part for turn in zip_longest(*told) for part in turn if part is not None)
    return np.concatenate(list(dealt))


@contextmanager
def agreed() -> Iterator[None]:
    """Wait at the end until all are there; what is impossible for one is so for all."""
    reason = None
    try:
        yield
    except TrainingImpossible as own:
        reason = own
    told = [text for text in told_by_all(None if reason is None else str(reason)) if text]
    if reason is not None:
        raise reason
    if told:
        raise TrainingImpossible(told[0])


def mean_of(values: Tensor) -> Tensor:
    """Return the mean over all processes of a tensor on this processor."""
    if count() == 1:
        return values
    total = values.clone()
    group.all_reduce(total)
    return total / count()
