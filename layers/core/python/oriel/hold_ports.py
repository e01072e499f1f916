"""What the services need of the outside world for holds (see ports.py)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from oriel.domain.billing.accounts import Scope
from oriel.domain.billing.holds import Hold
from oriel.domain.usage import RequestKey


class HoldStore(Protocol):
    """Holds, and what limited scopes have taken of a period."""

    def hold(self, hold: Hold, most: Mapping[Scope, int]) -> None:
        """Write a hold and take its units, all or nothing; `most` is what each scope may reach.

        Raises KeyTaken where the key has a reply or a hold, else NoRoom where a scope has too
        little left; TemporarilyUnavailable, after which it may have been written all the same.
        """

    def find(self, workspace_id: str, key: RequestKey) -> Hold | None:
        """Return the hold of a key, strongly consistent; None where it has none."""

    def release(self, hold: Hold) -> bool:
        """Remove a hold and give back its units; False where it was gone already."""

    def ended(self, workspace_id: str, now: datetime) -> Sequence[Hold]:
        """Return holds that took units and have ended, a page of the oldest; it may lag behind."""

    def taken(self, workspace_id: str, period: str, scopes: Iterable[Scope]) -> Mapping[Scope, int]:
        """Return what the scopes hold or have used of a period, strongly consistent."""
