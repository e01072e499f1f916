"""What every usage store promises."""

import random
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from oriel.domain.errors import Conflict, PayloadTooLarge
from oriel.domain.usage import RequestKey, StoredReply, UsageTotal
from oriel.usage_ports import UsageStore

from tests.fakes.facts import NOON, TASK, facts

KEY = RequestKey("key.one")
REPLY = StoredReply("a" * 64, {"records": [{"prob": 0.25, "name": "Stiefel ü", "": None}]})


def largest_reply() -> StoredReply:
    """Ten records with all the own fields that are accepted, and 1,000 labels each."""
    chance = random.Random(1)  # noqa: S311 - a test's noise
    ids = [(str(uuid.UUID(int=chance.getrandbits(128))), chance.randbytes(10)) for _ in range(1000)]
    records = [
        {
            "own": chance.randbytes(4000).hex(),
            "labels": [
                {"id": name, "name": text.hex(), "prob": round(chance.random(), 6)}
                for name, text in chance.sample(ids, len(ids))
            ],
        }
        for _ in range(10)
    ]
    return StoredReply("h", {"records": records})


class TestUsageStore:
    def test_keeps_the_reply_of_ten_records_of_a_thousand_labels(
        self, store: UsageStore, workspace_id: str
    ) -> None:
        reply = largest_reply()
        store.commit(workspace_id, KEY, facts(workspace_id, KEY, 10), reply, NOON)
        assert store.find_reply(workspace_id, KEY) == reply

    def test_bills_nothing_with_a_reply_that_it_cannot_keep(
        self, store: UsageStore, workspace_id: str
    ) -> None:
        noise = random.Random(1).randbytes(400_000).hex()  # noqa: S311 - a test's noise
        some = facts(workspace_id, KEY)
        with pytest.raises(PayloadTooLarge):
            store.commit(workspace_id, KEY, some, StoredReply("h", {"x": noise}), NOON)
        assert store.find_reply(workspace_id, KEY) is None
        assert store.count(some) == 0

    def test_finds_the_reply_that_was_committed(self, store: UsageStore, workspace_id: str) -> None:
        store.commit(workspace_id, KEY, facts(workspace_id, KEY, 2), REPLY, NOON)
        assert store.find_reply(workspace_id, KEY) == REPLY

    def test_finds_no_reply_of_another_workspace_or_key(
        self, store: UsageStore, workspace_id: str
    ) -> None:
        store.commit(workspace_id, KEY, facts(workspace_id, KEY), REPLY, NOON)
        assert store.find_reply("other", KEY) is None
        assert store.find_reply(workspace_id, RequestKey("key.two")) is None

    def test_keeps_a_reply_without_facts(self, store: UsageStore, workspace_id: str) -> None:
        store.commit(workspace_id, KEY, [], REPLY, NOON)
        assert store.find_reply(workspace_id, KEY) == REPLY

    def test_refuses_a_key_twice_and_keeps_the_first_reply(
        self, store: UsageStore, workspace_id: str
    ) -> None:
        store.commit(workspace_id, KEY, facts(workspace_id, KEY), REPLY, NOON)
        with pytest.raises(Conflict):
            store.commit(
                workspace_id, KEY, facts(workspace_id, KEY, 3), StoredReply("b" * 64, {}), NOON
            )
        assert store.find_reply(workspace_id, KEY) == REPLY
        assert store.count(facts(workspace_id, KEY, 3)) == 1

    def test_lets_exactly_one_of_many_commits_of_a_key_win(
        self, store: UsageStore, workspace_id: str
    ) -> None:
        many = 8
        together = Barrier(many)

        def commit(number: int) -> int | None:
            together.wait()
            try:
                reply = StoredReply(str(number), {"number": number})
                store.commit(workspace_id, KEY, facts(workspace_id, KEY, 2), reply, NOON)
            except Conflict:
                return None
            return number

        with ThreadPoolExecutor(many) as pool:
            won = [number for number in pool.map(commit, range(many)) if number is not None]
        assert len(won) == 1
        assert store.find_reply(workspace_id, KEY) == StoredReply(str(won[0]), {"number": won[0]})

    def test_counts_each_fact_once_however_often_it_arrives(
        self, store: UsageStore, workspace_id: str
    ) -> None:
        committed = facts(workspace_id, KEY, 3)
        store.commit(workspace_id, KEY, committed, REPLY, NOON)
        assert store.count([committed[0], committed[0]]) == 1
        assert store.count([*committed, *reversed(committed)]) == 2
        assert store.count(committed) == 0
        assert store.totals(workspace_id, "2026-11-21", "2026-11-21") == [
            UsageTotal("2026-11-21", TASK, 1, 3)
        ]

    def test_counts_no_fact_that_was_never_committed(
        self, store: UsageStore, workspace_id: str
    ) -> None:
        assert store.count(facts(workspace_id, KEY, 2)) == 0
        assert store.totals(workspace_id, "2026-01-01", "2026-12-31") == []

    def test_counts_more_facts_than_one_transaction_takes(
        self, store: UsageStore, workspace_id: str
    ) -> None:
        everything = []
        for number in range(25):
            key = RequestKey(f"req.{number}")
            everything += facts(workspace_id, key, 10)
            store.commit(workspace_id, key, facts(workspace_id, key, 10), REPLY, NOON)
        assert store.count(everything) == 250
        (total,) = store.totals(workspace_id, "2026-11-21", "2026-11-21")
        assert total.units == 250

    def test_counts_concurrent_batches_exactly(self, store: UsageStore, workspace_id: str) -> None:
        everything = []
        for number in range(6):
            key = RequestKey(f"req.{number}")
            everything.append(facts(workspace_id, key, 4))
            store.commit(workspace_id, key, everything[-1], REPLY, NOON)
        batches = [one + other for one in everything for other in everything[:2]]
        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(store.count, batches)) == 24
        (total,) = store.totals(workspace_id, "2026-11-21", "2026-11-21")
        assert total.units == 24

    def test_adds_up_by_day_task_and_version(self, store: UsageStore, workspace_id: str) -> None:
        made = [
            facts(workspace_id, "req.1", occurred=NOON - timedelta(days=1)),
            facts(workspace_id, "req.2", 2),
            facts(workspace_id, "req.3", 3, version=2),
            facts(workspace_id, "req.4", 4, task_id="aaaa"),
            facts("other", "req.5", 5),
        ]
        for some in made:
            store.commit(some[0].workspace_id, some[0].request_key, some, REPLY, NOON)
        store.count([fact for some in made for fact in some])
        found = store.totals(workspace_id, "2026-11-20", "2026-11-21")
        assert sorted((t.day, t.task_id, t.model_version, t.units) for t in found) == [
            ("2026-11-20", TASK, 1, 1),
            ("2026-11-21", TASK, 1, 2),
            ("2026-11-21", TASK, 2, 3),
            ("2026-11-21", "aaaa", 1, 4),
        ]

    def test_counts_each_task_that_answered_a_record(
        self, store: UsageStore, workspace_id: str
    ) -> None:
        made = [
            fact
            for index, task_id in enumerate((TASK, "aaaa", "bbbb"))
            for fact in facts(workspace_id, KEY, 2, task_id=task_id, task_index=index)
        ]
        store.commit(workspace_id, KEY, made, REPLY, NOON)
        assert store.count([made[0], made[2]]) == 2
        assert store.count([*made, *made]) == 4
        found = store.totals(workspace_id, "2026-11-21", "2026-11-21")
        assert {total.task_id: total.units for total in found} == {TASK: 2, "aaaa": 2, "bbbb": 2}

    def test_takes_ten_records_of_five_tasks(self, store: UsageStore, workspace_id: str) -> None:
        made = [
            fact for index in range(5) for fact in facts(workspace_id, KEY, 10, task_index=index)
        ]
        store.commit(workspace_id, KEY, made, REPLY, NOON)
        assert store.count(made) == 50

    def test_reports_only_the_days_asked_for(self, store: UsageStore, workspace_id: str) -> None:
        for back in range(3):
            key = RequestKey(f"req.{back}")
            some = facts(workspace_id, key, occurred=NOON - timedelta(days=back))
            store.commit(workspace_id, key, some, REPLY, NOON)
            store.count(some)
        found = store.totals(workspace_id, "2026-11-20", "2026-11-20")
        assert [total.day for total in found] == ["2026-11-20"]

    def test_counts_a_day_in_utc(self, store: UsageStore, workspace_id: str) -> None:
        late = NOON.replace(hour=23, minute=59, second=59, microsecond=999_999)
        some = facts(workspace_id, KEY, occurred=late)
        store.commit(workspace_id, KEY, some, REPLY, NOON)
        store.count(some)
        assert [t.day for t in store.totals(workspace_id, "2026-11-01", "2026-11-30")] == [
            "2026-11-21"
        ]
