"""What the services need of the outside world to tell usage to others (see ports.py)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from oriel.domain.billing.exports import Export, ExportCursor
from oriel.domain.usage import UsageTotal


class UsageTaker(Protocol):
    """A system that payments are taken with."""

    def send(self, export: Export, customer: str, at: datetime) -> bool:
        """Tell it of units that a customer of its own used; False where it knew them already.

        Raises TemporarilyUnavailable where it did not say whether it took them, ExportRefused where
        it did not take them.
        """


class ExportCursors(Protocol):
    """How much was told of each day of a workspace."""

    def find(self, workspace_id: str, first: date, last: date) -> Mapping[date, ExportCursor]:
        """Return the cursors of the days from `first` to `last` that have one, consistently."""

    def save(self, cursor: ExportCursor) -> None:
        """Write a cursor that follows the revision before its own; raises Conflict."""


class ExportQueue(Protocol):
    """Where workspaces wait until their usage is told."""

    def send(self, workspace_id: str, first: date) -> None:
        """Let a workspace's usage be told from a day on; raises TemporarilyUnavailable."""


class TotalsReader(Protocol):
    """Totals of workspaces."""

    def totals(self, workspace_id: str, from_day: str, to_day: str) -> Sequence[UsageTotal]:
        """Return the totals of the days from `from_day` to `to_day`, both included."""
