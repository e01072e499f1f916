"""Alerts in memory."""

from dataclasses import dataclass, field
from datetime import datetime

from oriel.domain.billing.alerts import Alert
from oriel.domain.errors import TemporarilyUnavailable


@dataclass
class MemoryAlertStore:
    claimed: set[tuple[object, ...]] = field(default_factory=set)

    def is_told(self, alert: Alert) -> bool:
        return (alert.workspace_id, alert.period, alert.scope, alert.level) in self.claimed

    def claim(self, alert: Alert, now: datetime) -> bool:  # noqa: ARG002 - nobody dies here
        name = (alert.workspace_id, alert.period, alert.scope, alert.level)
        if name in self.claimed:
            return False
        self.claimed.add(name)
        return True

    def tell(self, alert: Alert, now: datetime) -> None:
        """What is claimed is told."""


@dataclass
class MemoryAllowanceNotifier:
    said: list[tuple[Alert, int]] = field(default_factory=list)
    is_down: bool = False

    def allowance_used(self, alert: Alert, used: int) -> None:
        if self.is_down:
            raise TemporarilyUnavailable("down")
        self.said.append((alert, used))
