"""What the services need of the outside world to tell people of trainings (see ports.py)."""

from collections.abc import Sequence
from typing import Protocol

from oriel.domain.model import Model
from oriel.domain.notification import Notification


class NotificationStore(Protocol):
    """The addresses that hear of a workspace's trainings."""

    def list(self, workspace_id: str) -> Sequence[Notification]:
        """Return all of a workspace's."""

    def add(self, notification: Notification) -> None:
        """Ask whoever has the address to confirm it; one that is confirmed is not asked again.

        Raises InvalidInput for an address that cannot be used.
        """

    def remove(self, notification: Notification) -> None:
        """Send nothing there any more; one that is gone is no error."""

    def remove_all(self, workspace_id: str) -> None:
        """Send nothing of this workspace to anybody any more; again is no error."""


class Notifier(Protocol):
    """Tells people how trainings begin and end."""

    def training_started(self, model: Model) -> None:
        """Announce a training that has begun."""

    def training_finished(self, model: Model) -> None:
        """Announce a model that was published or failed."""
