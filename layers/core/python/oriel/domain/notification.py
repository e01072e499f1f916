"""Who hears when trainings begin and end."""

import re
from enum import StrEnum
from urllib.parse import urlsplit

from oriel.domain.errors import InvalidInput
from oriel.domain.ids import derived_id
from oriel.values import dataclass

MAX_NOTIFICATIONS = 10
"""Of a workspace; those that wait for a confirmation count."""
MAX_EMAIL = 254
"""RFC 5321, 4.5.3.1.3, without the angle brackets."""
MAX_URL = 1000
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_VISIBLE = re.compile(r"[!-~]+")


class NotificationKind(StrEnum):
    """How messages are sent."""

    EMAIL = "email"
    HTTPS = "https"


@dataclass(frozen=True, slots=True)
class Notification:
    """An address that hears of a workspace's trainings, once whoever has it has confirmed it."""

    workspace_id: str
    kind: NotificationKind
    address: str
    confirmed: bool = False

    @property
    def id(self) -> str:
        """Its id, which is the same before and after the confirmation."""
        return derived_id(self.workspace_id, self.kind, self.address)


def check_address(kind: NotificationKind, address: str) -> None:
    """Raise InvalidInput for what no message can be sent to."""
    if kind is NotificationKind.EMAIL:
        if len(address) > MAX_EMAIL or not _EMAIL.fullmatch(address):
            raise InvalidInput("address: must be an e-mail address such as ada@example.org")
    elif not _is_plain_https(address):
        raise InvalidInput(
            f"address: must be a URL of up to {MAX_URL} ASCII characters that begins with https://"
            ", without a user, a password or a fragment"
        )


def _is_plain_https(address: str) -> bool:
    if len(address) > MAX_URL or not _VISIBLE.fullmatch(address):
        return False
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return False
    bare = parts.username is None and parts.password is None and "#" not in address
    return parts.scheme == "https" and bool(parts.hostname) and bare
