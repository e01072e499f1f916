"""What every store of holds promises."""

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier

import pytest
from oriel.domain.billing.accounts import WHOLE, Scope, ScopeKind
from oriel.domain.billing.holds import Hold, KeyTaken, NoRoom
from oriel.domain.billing.periods import Period
from oriel.domain.errors import Conflict
from oriel.domain.ids import new_id
from oriel.domain.usage import RequestKey, StoredReply
from oriel.hold_ports import HoldStore
from oriel.usage_ports import UsageStore

from tests.fakes.facts import NOON, TASK, facts

NOVEMBER = Period(date(2026, 11, 1), date(2026, 12, 1))
TOKEN, ONE_TASK = Scope(ScopeKind.TOKEN, "t"), Scope(ScopeKind.TASK, TASK)
REPLY = StoredReply("hash", {"answer": 1})
MOST = {WHOLE: 10, TOKEN: 10, ONE_TASK: 10}


def a_hold(workspace_id: str, key: str = "key.one", units: int = 3, *scopes: Scope) -> Hold:
    taken = dict.fromkeys(scopes or (WHOLE,), units) if units else {}
    ends = NOON + timedelta(seconds=60)
    return Hold(workspace_id, RequestKey(key), new_id(), "hash", ends, NOVEMBER, taken)


def commit(store: UsageStore, hold: Hold, count: int, held: bool = True) -> None:
    made = facts(hold.workspace_id, hold.key, count)
    store.commit(hold.workspace_id, hold.key, made, REPLY, NOON, hold if held else None)


@pytest.fixture
def taken(holds: HoldStore, workspace_id: str) -> "Taken":
    return Taken(holds, workspace_id)


class Taken:
    def __init__(self, holds: HoldStore, workspace_id: str) -> None:
        self._holds, self._workspace_id = holds, workspace_id

    def of(self, *scopes: Scope, period: str = "2026-11-01") -> list[int]:
        said = self._holds.taken(self._workspace_id, period, scopes)
        return [said[scope] for scope in scopes]


class TestHoldStore:
    @pytest.mark.parametrize("units", [0, 3])
    def test_finds_what_it_holds(self, holds: HoldStore, workspace_id: str, units: int) -> None:
        hold = a_hold(workspace_id, "key.one", units, WHOLE, TOKEN, ONE_TASK)
        assert holds.find(workspace_id, hold.key) is None
        holds.hold(hold, MOST)
        assert holds.find(workspace_id, hold.key) == hold
        assert holds.find("other", hold.key) is None

    def test_takes_from_each_scope_and_gives_it_back_once(
        self, holds: HoldStore, workspace_id: str, taken: Taken
    ) -> None:
        hold = a_hold(workspace_id, "key.one", 3, WHOLE, ONE_TASK)
        holds.hold(hold, MOST)
        assert taken.of(WHOLE, TOKEN, ONE_TASK) == [3, 0, 3]
        assert holds.release(hold)
        assert not holds.release(hold)
        assert taken.of(WHOLE, TOKEN, ONE_TASK) == [0, 0, 0]

    def test_refuses_a_second_hold_of_a_key(self, holds: HoldStore, workspace_id: str) -> None:
        holds.hold(a_hold(workspace_id), MOST)
        with pytest.raises(KeyTaken):
            holds.hold(a_hold(workspace_id), MOST)

    def test_refuses_a_hold_of_a_key_that_was_answered_though_nothing_is_left(
        self, holds: HoldStore, store: UsageStore, workspace_id: str
    ) -> None:
        hold = a_hold(workspace_id, "key.one", 10)
        holds.hold(hold, MOST)
        commit(store, hold, 10)
        with pytest.raises(KeyTaken):
            holds.hold(a_hold(workspace_id), MOST)

    def test_says_which_scopes_have_no_room_and_takes_nothing(
        self, holds: HoldStore, workspace_id: str, taken: Taken
    ) -> None:
        hold = a_hold(workspace_id, "key.one", 3, WHOLE, TOKEN, ONE_TASK)
        with pytest.raises(NoRoom) as full:
            holds.hold(hold, {WHOLE: 10, TOKEN: 2, ONE_TASK: 3})
        assert full.value.scopes == (TOKEN,)
        assert taken.of(WHOLE, TOKEN, ONE_TASK) == [0, 0, 0]
        assert holds.find(workspace_id, hold.key) is None

    def test_fills_up_to_the_last_unit_and_not_beyond(
        self, holds: HoldStore, workspace_id: str
    ) -> None:
        for number in range(5):
            holds.hold(a_hold(workspace_id, f"req.{number}", 2), MOST)
        with pytest.raises(NoRoom):
            holds.hold(a_hold(workspace_id, "req.last", 1), MOST)

    def test_a_commit_keeps_what_was_answered_and_gives_back_the_rest(
        self, holds: HoldStore, store: UsageStore, workspace_id: str, taken: Taken
    ) -> None:
        hold = a_hold(workspace_id, "key.one", 10, WHOLE, TOKEN, ONE_TASK)
        holds.hold(hold, MOST)
        commit(store, hold, 7)  # The facts are of no token.
        assert taken.of(WHOLE, TOKEN, ONE_TASK) == [7, 0, 7]
        assert holds.find(workspace_id, hold.key) is None
        assert not holds.release(hold)

    def test_a_commit_after_the_release_counts_all_the_same(
        self, holds: HoldStore, store: UsageStore, workspace_id: str, taken: Taken
    ) -> None:
        hold = a_hold(workspace_id)
        holds.hold(hold, MOST)
        holds.release(hold)
        holds.hold(a_hold(workspace_id, "req.other", 10), MOST)
        commit(store, hold, 3)
        assert taken.of(WHOLE) == [13]

    def test_a_commit_leaves_the_hold_of_another_attempt_alone(
        self, holds: HoldStore, store: UsageStore, workspace_id: str, taken: Taken
    ) -> None:
        first, second = a_hold(workspace_id), a_hold(workspace_id)
        holds.hold(first, MOST)
        holds.release(first)
        holds.hold(second, MOST)
        assert not holds.release(first)
        commit(store, first, 3)
        with pytest.raises(Conflict):
            commit(store, second, 3)
        assert taken.of(WHOLE) == [6]
        assert holds.release(second)
        assert taken.of(WHOLE) == [3]

    def test_a_commit_comes_a_second_time_and_changes_nothing(
        self, holds: HoldStore, store: UsageStore, workspace_id: str, taken: Taken
    ) -> None:
        hold = a_hold(workspace_id)
        holds.hold(hold, MOST)
        commit(store, hold, 2)
        with pytest.raises(Conflict):
            commit(store, hold, 2)
        assert taken.of(WHOLE) == [2]

    def test_what_is_answered_after_the_period_counts_in_the_next(
        self, holds: HoldStore, store: UsageStore, workspace_id: str, taken: Taken
    ) -> None:
        ended = Period(date(2026, 10, 21), date(2026, 11, 21))
        hold = replace(a_hold(workspace_id), period=ended)
        holds.hold(hold, MOST)
        commit(store, hold, 2)
        assert taken.of(WHOLE, period="2026-10-21") == [0]
        assert taken.of(WHOLE, period="2026-11-21") == [2]

    def test_lists_what_took_units_and_has_ended(self, holds: HoldStore, workspace_id: str) -> None:
        late, early = a_hold(workspace_id, "req.late"), a_hold(workspace_id, "req.early")
        early = replace(early, ends=NOON)
        nothing = replace(a_hold(workspace_id, "key.nothing", 0), ends=NOON)
        for hold in (late, early, nothing, replace(a_hold("other" + workspace_id), ends=NOON)):
            holds.hold(hold, MOST)
        assert holds.ended(workspace_id, NOON - timedelta(microseconds=1)) == []
        assert holds.ended(workspace_id, NOON) == [early]
        assert holds.ended(workspace_id, late.ends) == [early, late]
        holds.release(early)
        assert holds.ended(workspace_id, late.ends) == [late]

    def test_of_ten_at_once_three_find_room_for_three(
        self, holds: HoldStore, workspace_id: str, taken: Taken
    ) -> None:
        together = Barrier(10)

        def hold(number: int) -> bool:
            together.wait()
            try:
                holds.hold(a_hold(workspace_id, f"req.{number}", 2), {WHOLE: 7})
            except NoRoom:
                return False
            return True

        with ThreadPoolExecutor(10) as pool:
            assert sum(pool.map(hold, range(10))) == 3
        assert taken.of(WHOLE) == [6]

    def test_of_many_at_once_one_holds_a_key(self, holds: HoldStore, workspace_id: str) -> None:
        together = Barrier(8)

        def hold(_: int) -> bool:
            together.wait()
            try:
                holds.hold(a_hold(workspace_id, "key.one", 0), {})
            except KeyTaken:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(hold, range(8))) == 1

    def test_of_releases_and_a_commit_at_once_one_settles_it(
        self, holds: HoldStore, store: UsageStore, workspace_id: str, taken: Taken
    ) -> None:
        hold = a_hold(workspace_id, "key.one", 5)
        holds.hold(hold, MOST)
        things = [lambda: commit(store, hold, 4), *[lambda: holds.release(hold)] * 3]
        random.Random(1).shuffle(things)  # noqa: S311 - a test's shuffle
        with ThreadPoolExecutor(4) as pool:
            for done in [pool.submit(thing) for thing in things]:
                done.result()
        assert taken.of(WHOLE) == [4]
