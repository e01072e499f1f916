"""Moments as text."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st
from oriel.domain.clock import from_iso, to_iso

OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants them so


@given(MOMENTS, OFFSETS)
def test_a_moment_is_one_text_wherever_it_was_told(moment: datetime, offset: timezone) -> None:
    assert to_iso(moment.astimezone(offset)) == to_iso(moment)
    assert from_iso(to_iso(moment)) == moment


def test_text_always_has_microseconds() -> None:
    assert to_iso(datetime(2026, 11, 21, tzinfo=UTC)) == "2026-11-21T00:00:00.000000Z"
