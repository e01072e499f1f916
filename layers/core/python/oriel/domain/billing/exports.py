"""What a system that takes payments is told: the units of a workspace's days, each unit once.

Units of a day are told in pieces, as they come. A piece is named by where it begins, so that it has
the same name however often it is sent, and no unit is in two of them.
"""

from datetime import UTC, date, datetime, time, timedelta

from oriel.values import dataclass

SAFE_AGAIN = timedelta(hours=23)
"""How long after its first try a piece may be sent again: a name is known for 24 hours."""
OLDEST = timedelta(days=34)
"""What is older is told as of now: times of more than 35 days ago are refused."""


class ExportRefused(Exception):
    """It was not taken and will not be, as it is; says why in the words of who refused it."""


class ExportUndecided(Exception):
    """Whether a piece was taken is not known, and it is too late to send it again."""


class ExportedTooMuch(Exception):
    """More was told than was used."""


@dataclass(frozen=True, slots=True)
class Export:
    """A piece: `units` of a workspace's day (UTC), after the `first` ones that were told before."""

    workspace_id: str
    day: date
    first: int
    units: int

    @property
    def identifier(self) -> str:
        """Its name, 100 characters at most."""
        return f"oriel:{self.workspace_id}:{self.day.isoformat()}:{self.first}"

    def at(self, now: datetime) -> datetime:
        """Return the time that it is told of: its day's end, and never one that is to come."""
        end = datetime.combine(self.day, time(23, 59, 59), UTC)
        return now if now - end > OLDEST else min(end, now)


@dataclass(frozen=True, slots=True)
class ExportCursor:
    """How much of a workspace's day was told.

    Of `pending` units, 0 for none, it is not known yet; the first try was at `begun` or later.
    `revision` counts the changes.
    """

    workspace_id: str
    day: date
    sent: int = 0
    pending: int = 0
    begun: datetime | None = None
    revision: int = 0

    @property
    def piece(self) -> Export | None:
        """What is under way, None where nothing is."""
        if not self.pending:
            return None
        return Export(self.workspace_id, self.day, self.sent, self.pending)

    def begin(self, units: int, at: datetime) -> "ExportCursor":
        """Return it with these units under way."""
        return ExportCursor(self.workspace_id, self.day, self.sent, units, at, self.revision + 1)

    def taken(self) -> "ExportCursor":
        """Return it with nothing under way, since that was taken."""
        sent = self.sent + self.pending
        return ExportCursor(self.workspace_id, self.day, sent, revision=self.revision + 1)

    def may_send(self, now: datetime) -> bool:
        """Tell whether what is under way can still be sent without being counted twice."""
        return self.begun is not None and now - self.begun < SAFE_AGAIN
