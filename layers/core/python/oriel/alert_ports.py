"""What the services need of the outside world to tell of used allowances (see ports.py)."""

from datetime import datetime
from typing import Protocol

from oriel.domain.billing.alerts import Alert


class AlertStore(Protocol):
    """Which alerts were told; one is told once, whatever allowance it was of."""

    def is_told(self, alert: Alert) -> bool:
        """Say whether it was told; raises TemporarilyUnavailable."""

    def claim(self, alert: Alert, now: datetime) -> bool:
        """Take it on oneself to tell; False where it was told, or another does so just now.

        Whoever claimed it and did not say within a minute that he told it is taken for dead.
        Raises TemporarilyUnavailable.
        """

    def tell(self, alert: Alert, now: datetime) -> None:
        """Note that it was told; raises TemporarilyUnavailable."""


class AllowanceNotifier(Protocol):
    """Tells the people of a workspace."""

    def allowance_used(self, alert: Alert, used: int) -> None:
        """Say how many units were used; raises TemporarilyUnavailable."""
