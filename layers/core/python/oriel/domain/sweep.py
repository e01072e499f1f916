"""Sweeps: deletions that take longer than a request."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from oriel.values import dataclass


class SweepKind(StrEnum):
    """What is deleted, and what goes with it."""

    LABEL = "label"
    """A label and its links; its images stay."""
    LABEL_WIPE = "label_wipe"
    """A label and all its images."""
    TASK = "task"
    """A task with its versions and what its models are made of; its labels and images stay."""
    WORKSPACE = "workspace"
    """Everything of a workspace but what was billed."""


class SweepState(StrEnum):
    """How far a sweep has come."""

    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Sweep:
    """The deletion of one thing, the subject, which nobody sees any more.

    It is listed in `workspace_id`, which is the subject's own but for a workspace: that sweep is
    listed where the one who asked for it can still look. `removed` counts what is gone by kind.
    `updated` is when it last began or removed something, None before the first time. `stalls`
    counts the attempts since it last removed something; `failure` says why a FAILED one gave up.
    """

    workspace_id: str
    kind: SweepKind
    subject_id: str
    requested: datetime
    state: SweepState = SweepState.RUNNING
    removed: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    updated: datetime | None = None
    stalls: int = 0
    failure: str | None = None


def stronger(asked: SweepKind, known: SweepKind) -> SweepKind:
    """Return which of two sweeps of one subject to do: a wipe does all that a deletion does."""
    return SweepKind.LABEL_WIPE if SweepKind.LABEL_WIPE in {asked, known} else known


@dataclass(frozen=True, slots=True)
class Swept:
    """What one slice of a sweep did.

    `wait_seconds` is not None where nothing is left to do now but something may have to be done
    after that time, which is no stall.
    """

    removed: Mapping[str, int]
    finished: bool = False
    wait_seconds: int | None = None

    @property
    def moved(self) -> bool:
        """Whether anything went."""
        return any(self.removed.values())


@dataclass(frozen=True, slots=True)
class Hidden:
    """A thing that was just taken from its readers.

    `fresh` where this call did it; else an earlier deletion did and has not come to its end.
    """

    fresh: bool
    images_count: int = 0
    tasks_count: int = 0
