"""Releases holds whose requests died, and that nobody has met since."""

from oriel.domain.clock import Clock
from oriel.hold_ports import HoldStore

MOST_PAGES = 1_000


class EndedHolds:
    """Gives back what dead requests of a workspace still hold."""

    def __init__(self, holds: HoldStore, clock: Clock) -> None:
        self._holds = holds
        self._clock = clock

    def release(self, workspace_id: str) -> int:
        """Release what has ended; return how many that were. Raises TemporarilyUnavailable.

        The listing of ended holds lags behind: what it still shows was released already.
        """
        released = 0
        for _ in range(MOST_PAGES):
            now = sum(map(self._holds.release, self._holds.ended(workspace_id, self._clock())))
            released += now
            if not now:
                break
        return released
