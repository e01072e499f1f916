"""Who hears of trainings, on the wire."""

from oriel.domain.notification import MAX_URL, Notification, NotificationKind
from pydantic import Field

from functions.api.wire.base import Answer, Request


class NotificationAnswer(Answer):
    """An address that hears when trainings of the workspace begin and end."""

    id: str
    workspace: str
    kind: NotificationKind = Field(description="How messages are sent.")
    address: str = Field(description="Where to.")
    state: str = Field(
        description="pending until whoever has the address has followed the link that they were "
        "sent, which holds for two days; then confirmed."
    )

    @classmethod
    def from_domain(cls, notification: Notification) -> "NotificationAnswer":
        """Answer with an address."""
        return cls(
            id=notification.id,
            workspace=notification.workspace_id,
            kind=notification.kind,
            address=notification.address,
            state="confirmed" if notification.confirmed else "pending",
        )


class NotificationCreate(Request):
    """An address that shall hear of trainings."""

    kind: NotificationKind = Field(description="How messages are sent.")
    address: str = Field(
        max_length=MAX_URL,
        description="An e-mail address, or the URL that takes POST requests of Amazon SNS.",
        examples=["ada@example.org"],
    )
