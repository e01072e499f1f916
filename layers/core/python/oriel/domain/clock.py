"""Time: aware UTC from an injected clock, ISO 8601 with `Z` on the wire and in the tables."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

Clock: TypeAlias = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the present moment as an aware UTC time."""
    return datetime.now(UTC)


def to_iso(moment: datetime) -> str:
    """Format as `2026-11-21T13:38:22.784359Z`: always microseconds, so that text sorts as time."""
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    # A tenth of the time of `strftime`, and each request writes three.
    return f"{utc.isoformat(timespec='microseconds').removesuffix('+00:00')}Z"


def from_iso(text: str) -> datetime:
    """Read what `to_iso` wrote."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
