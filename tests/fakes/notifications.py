from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from oriel.domain.notification import Notification


@dataclass
class MemoryNotificationStore:
    """`confirm` does what whoever has the address does."""

    known: dict[str, Notification] = field(default_factory=dict)
    asked: list[Notification] = field(default_factory=list)

    def list(self, workspace_id: str) -> Sequence[Notification]:
        return [one for one in self.known.values() if one.workspace_id == workspace_id]

    def add(self, notification: Notification) -> None:
        if self.known.setdefault(notification.id, notification).confirmed:
            return
        self.asked.append(notification)

    def confirm(self, notification_id: str) -> None:
        self.known[notification_id] = replace(self.known[notification_id], confirmed=True)

    def remove(self, notification: Notification) -> None:
        self.known.pop(notification.id, None)

    def remove_all(self, workspace_id: str) -> None:
        for one in self.list(workspace_id):
            self.remove(one)
