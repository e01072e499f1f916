"""What every store of totals promises."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

from oriel.domain.usage import RequestKey, StoredReply, UsageTotal
from oriel.usage_ports import TotalsStore, UsageStore

from tests.fakes.facts import NOON, TASK, facts
from tests.fakes.totals import count_all

KEY = RequestKey("key.one")
REPLY = StoredReply("a" * 64, None)


class TestTotalsStore:
    def test_counts_each_fact_once_however_often_it_arrives(
        self, store: UsageStore, totals: TotalsStore, workspace_id: str
    ) -> None:
        committed = facts(workspace_id, KEY, 3)
        store.commit(workspace_id, KEY, committed, REPLY, NOON)
        assert count_all(totals, [committed[0], committed[0]]) == 1
        assert count_all(totals, [*committed, *reversed(committed)]) == 2
        assert count_all(totals, committed) == 0
        assert totals.totals(workspace_id, "2026-11-21", "2026-11-21") == [
            UsageTotal("2026-11-21", TASK, 1, 3)
        ]

    def test_counts_no_fact_that_was_never_committed(
        self, totals: TotalsStore, workspace_id: str
    ) -> None:
        assert count_all(totals, facts(workspace_id, KEY, 2)) == 0
        assert totals.totals(workspace_id, "2026-01-01", "2026-12-31") == []

    def test_counts_more_facts_than_one_transaction_takes(
        self, store: UsageStore, totals: TotalsStore, workspace_id: str
    ) -> None:
        everything = []
        for number in range(25):
            key = RequestKey(f"req.{number}")
            everything += facts(workspace_id, key, 10)
            store.commit(workspace_id, key, facts(workspace_id, key, 10), REPLY, NOON)
        assert count_all(totals, everything) == 250
        (total,) = totals.totals(workspace_id, "2026-11-21", "2026-11-21")
        assert total.units == 250

    def test_counts_concurrent_batches_exactly(
        self, store: UsageStore, totals: TotalsStore, workspace_id: str
    ) -> None:
        everything = []
        for number in range(6):
            key = RequestKey(f"req.{number}")
            everything.append(facts(workspace_id, key, 4))
            store.commit(workspace_id, key, everything[-1], REPLY, NOON)
        batches = [one + other for one in everything for other in everything[:2]]
        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(partial(count_all, totals), batches)) == 24
        (total,) = totals.totals(workspace_id, "2026-11-21", "2026-11-21")
        assert total.units == 24

    def test_adds_up_by_day_task_and_version(
        self, store: UsageStore, totals: TotalsStore, workspace_id: str
    ) -> None:
        made = [
            facts(workspace_id, "req.1", occurred=NOON - timedelta(days=1)),
            facts(workspace_id, "req.2", 2),
            facts(workspace_id, "req.3", 3, version=2),
            facts(workspace_id, "req.4", 4, task_id="aaaa"),
            facts("other", "req.5", 5),
        ]
        for some in made:
            store.commit(some[0].workspace_id, some[0].request_key, some, REPLY, NOON)
        count_all(totals, [fact for some in made for fact in some])
        found = totals.totals(workspace_id, "2026-11-20", "2026-11-21")
        assert sorted((t.day, t.task_id, t.model_version, t.units) for t in found) == [
            ("2026-11-20", TASK, 1, 1),
            ("2026-11-21", TASK, 1, 2),
            ("2026-11-21", TASK, 2, 3),
            ("2026-11-21", "aaaa", 1, 4),
        ]

    def test_counts_each_task_that_answered_a_record(
        self, store: UsageStore, totals: TotalsStore, workspace_id: str
    ) -> None:
        made = [
            fact
            for index, task_id in enumerate((TASK, "aaaa", "bbbb"))
            for fact in facts(workspace_id, KEY, 2, task_id=task_id, task_index=index)
        ]
        store.commit(workspace_id, KEY, made, REPLY, NOON)
        assert count_all(totals, [made[0], made[2]]) == 2
        assert count_all(totals, [*made, *made]) == 4
        found = totals.totals(workspace_id, "2026-11-21", "2026-11-21")
        assert {total.task_id: total.units for total in found} == {TASK: 2, "aaaa": 2, "bbbb": 2}

    def test_takes_ten_records_of_five_tasks(
        self, store: UsageStore, totals: TotalsStore, workspace_id: str
    ) -> None:
        made = [
            fact for index in range(5) for fact in facts(workspace_id, KEY, 10, task_index=index)
        ]
        store.commit(workspace_id, KEY, made, REPLY, NOON)
        assert count_all(totals, made) == 50

    def test_reports_only_the_days_asked_for(
        self, store: UsageStore, totals: TotalsStore, workspace_id: str
    ) -> None:
        for back in range(3):
            key = RequestKey(f"req.{back}")
            some = facts(workspace_id, key, occurred=NOON - timedelta(days=back))
            store.commit(workspace_id, key, some, REPLY, NOON)
            count_all(totals, some)
        found = totals.totals(workspace_id, "2026-11-20", "2026-11-20")
        assert [total.day for total in found] == ["2026-11-20"]

    def test_counts_a_day_in_utc(
        self, store: UsageStore, totals: TotalsStore, workspace_id: str
    ) -> None:
        late = NOON.replace(hour=23, minute=59, second=59, microsecond=999_999)
        some = facts(workspace_id, KEY, occurred=late)
        store.commit(workspace_id, KEY, some, REPLY, NOON)
        count_all(totals, some)
        assert [t.day for t in totals.totals(workspace_id, "2026-11-01", "2026-11-30")] == [
            "2026-11-21"
        ]
