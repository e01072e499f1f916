"""What a request may need, and what its answers change."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from oriel.domain.billing.accounts import WHOLE, Scope, ScopeKind
from oriel.domain.billing.holds import Hold, needs
from oriel.domain.billing.periods import Period
from oriel.domain.usage import RequestKey

from tests.fakes.facts import NOON, TASK, facts

TOKEN, ONE, OTHER = (
    Scope(ScopeKind.TOKEN, "t"),
    Scope(ScopeKind.TASK, TASK),
    Scope(ScopeKind.TASK, "other"),
)
KEY = RequestKey("key.one")
PERIOD = Period(date(2026, 11, 1), date(2026, 12, 1))


def held(**units: int) -> Hold:
    scopes = {"whole": WHOLE, "token": TOKEN, "one": ONE, "other": OTHER}
    taken = {scopes[name]: count for name, count in units.items()}
    return Hold("ws", KEY, "id", "", NOON, PERIOD, taken)


def test_each_record_needs_a_unit_of_each_task() -> None:
    assert needs("t", [TASK, "other"], 10) == {WHOLE: 20, TOKEN: 20, ONE: 10, OTHER: 10}


def test_what_comes_without_a_token_needs_none_of_one() -> None:
    assert needs("", [TASK], 3) == {WHOLE: 3, ONE: 3}


def test_what_is_answered_is_kept_in_the_scopes_that_it_is_of() -> None:
    made = [replace(fact, token_id="t") for fact in facts("ws", KEY, 2)]
    hold = held(whole=20, token=20, one=10, other=10)
    assert hold.used(made) == {
        ("2026-11-01", WHOLE): 2,
        ("2026-11-01", TOKEN): 2,
        ("2026-11-01", ONE): 2,
    }
    assert hold.committed(made) == {
        ("2026-11-01", WHOLE): -18,
        ("2026-11-01", TOKEN): -18,
        ("2026-11-01", ONE): -8,
        ("2026-11-01", OTHER): -10,
    }


def test_a_request_that_used_all_that_it_held_changes_no_counter() -> None:
    assert held(whole=2, one=2).committed(facts("ws", KEY, 2)) == {}


def test_what_is_answered_in_the_next_period_is_taken_from_that_one() -> None:
    late = datetime(2026, 12, 1, tzinfo=UTC)
    made = facts("ws", KEY, 2, occurred=late)
    assert held(whole=3).committed(made) == {("2026-11-01", WHOLE): -3, ("2026-12-01", WHOLE): 2}
    just = facts("ws", KEY, 2, occurred=late - timedelta(microseconds=1))
    assert held(whole=3).committed(just) == {("2026-11-01", WHOLE): -1}


def test_a_hold_ends_at_its_end() -> None:
    assert not held().has_ended(NOON - timedelta(microseconds=1))
    assert held().has_ended(NOON)
