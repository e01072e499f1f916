"""What the services need of the outside world for trials of candidates (see ports.py)."""

from collections.abc import Sequence
from typing import Protocol

from oriel.domain.shadow import ShadowWork
from oriel.domain.task import Task
from oriel.domain.traffic import Traffic
from oriel.domain.trial import Tally
from oriel.domain.trial_record import Given, TrialRecord, Truth


class TrialStore(Protocol):
    """Answers of trials, and what became known of them."""

    def add(self, records: Sequence[TrialRecord]) -> None:
        """Keep up to ten answers of one task; those that are there already stay as they are."""

    def find(self, workspace_id: str, task_id: str, record_id: str) -> TrialRecord | None:
        """Return the answer, strongly consistent, None where there is none (any more)."""

    def add_shadow(self, record: TrialRecord, answer: Given) -> None:
        """Note what the candidate said of a picture unheard.

        Raises Conflict where the record has changed since it was read, or is gone.
        """

    def count(self, record: TrialRecord, truth: Truth) -> None:
        """Note what is right of a picture and count it, in place of what was noted before.

        Raises Conflict where the record has changed since it was read, or is gone.
        """

    def tally(self, workspace_id: str, task_id: str, trial_id: str) -> Tally:
        """Return what was counted, strongly consistent."""

    def end(self, task: Task, ended: Traffic) -> None:
        """Put the end of a task's trial down; where the trial has changed nothing happens."""


class ShadowQueue(Protocol):
    """Wakes the candidate, apart from the requests."""

    def send(self, work: ShadowWork) -> None:
        """Let the candidate answer; raises TemporarilyUnavailable."""
