"""What the services need of the outside world for deletions (see ports.py)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from oriel.domain.page import Page, PageRequest
from oriel.domain.sweep import Sweep


class Sweeps(Protocol):
    """Deletions that go on after the request that asked for them."""

    def request(self, sweep: Sweep) -> None:
        """See to it that the sweep is done; while it is under way again changes nothing.

        One that has stopped goes on. Raises TemporarilyUnavailable.
        """


class SweepStore(Protocol):
    """How far sweeps have come: one of a subject."""

    def request(self, sweep: Sweep) -> Sweep:
        """Add the sweep, or let one that is there go on, and return it as it now is.

        The kind becomes the stronger one. A sweep that has ended begins again.
        """

    def begin(self, workspace_id: str, subject_id: str, at: datetime) -> Sweep | None:
        """Count one more attempt and return the sweep; None where none is RUNNING."""

    def advance(
        self, workspace_id: str, subject_id: str, removed: Mapping[str, int], at: datetime
    ) -> None:
        """Add to what was removed; it has not stalled. One that is not there stays so."""

    def finish(
        self, workspace_id: str, subject_id: str, at: datetime, failure: str | None = None
    ) -> None:
        """Set it DONE, or FAILED with the reason. One that is not there stays so."""

    def find(self, workspace_id: str, subject_id: str) -> Sweep | None:
        """Return the sweep of the subject, None where there is none."""

    def list(self, workspace_id: str, page: PageRequest) -> Page[Sweep]:
        """Return one page of the workspace's sweeps, oldest first."""


class SweepQueue(Protocol):
    """What wakes the sweeper."""

    def send(self, workspace_id: str, subject_id: str, delay_seconds: int = 0) -> None:
        """Let the sweep go on after the delay (900 at most); raises TemporarilyUnavailable."""


class WorkspaceRemains(Protocol):
    """All rows of a workspace that is hidden."""

    def hide(self, workspace_id: str) -> None:
        """Close the workspace for new members and tokens; again changes nothing.

        Raises NotFound once it is really gone.
        """

    def task_ids(self, workspace_id: str, limit: int) -> Sequence[str]:
        """Return ids of up to `limit` tasks, hidden or not; the listing may lag."""

    def remove_some(self, workspace_id: str, limit: int) -> Mapping[str, int]:
        """Remove up to `limit` things but tasks, each with all its rows; return how many by kind.

        Nothing removed means that no listing shows any more.
        """

    def remove(self, workspace_id: str) -> None:
        """Remove the workspace itself with its members, tokens and counters."""
