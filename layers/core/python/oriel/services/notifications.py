"""Who hears of a workspace's trainings: owners name addresses, and those who have them confirm."""

from collections.abc import Sequence

from oriel.domain.errors import Conflict, NotFound
from oriel.domain.notification import (
    MAX_NOTIFICATIONS,
    Notification,
    NotificationKind,
    check_address,
)
from oriel.notification_ports import NotificationStore
from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class Notifications:
    """What can be done with the addresses that hear of trainings."""

    store: NotificationStore

    def list(self, workspace_id: str) -> Sequence[Notification]:
        """Return all of a workspace's."""
        return self.store.list(workspace_id)

    def add(self, workspace_id: str, kind: NotificationKind, address: str) -> Notification:
        """Ask for an address's confirmation; again changes nothing.

        Asking again would let anybody fill the mailbox of anybody; what is lost can be asked for
        again once SNS has forgotten the address.
        Raises InvalidInput for the address, Conflict where the workspace has too many.
        """
        check_address(kind, address)
        wanted = Notification(workspace_id, kind, address)
        known = {one.id: one for one in self.store.list(workspace_id)}
        if wanted.id in known:
            return known[wanted.id]
        if len(known) >= MAX_NOTIFICATIONS:
            raise Conflict(
                f"A workspace has at most {MAX_NOTIFICATIONS} notifications; remove another first"
            )
        self.store.add(wanted)
        return wanted

    def remove(self, workspace_id: str, notification_id: str) -> None:
        """Send nothing to an address any more.

        Raises NotFound; Conflict for an address that has not been confirmed, which nothing is sent
        to and which is forgotten by itself.
        """
        for one in self.store.list(workspace_id):
            if one.id == notification_id:
                if not one.confirmed:
                    raise Conflict(
                        "The address has not been confirmed: nothing is sent there, and it is "
                        "forgotten two days after it was added"
                    )
                self.store.remove(one)
                return
        raise NotFound("There is no notification with this id")
