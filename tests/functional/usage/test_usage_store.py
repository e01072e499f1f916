"""What every usage store promises."""

import random
import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from oriel.domain.errors import Conflict, PayloadTooLarge
from oriel.domain.usage import RequestKey, StoredReply
from oriel.usage_ports import TotalsStore, UsageStore

from tests.fakes.facts import NOON, facts
from tests.fakes.totals import count_all

KEY = RequestKey("key.one")
OWN = RequestKey("req.7a1c")
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
        self, store: UsageStore, totals: TotalsStore, workspace_id: str
    ) -> None:
        noise = random.Random(1).randbytes(400_000).hex()  # noqa: S311 - a test's noise
        some = facts(workspace_id, KEY)
        with pytest.raises(PayloadTooLarge):
            store.commit(workspace_id, KEY, some, StoredReply("h", {"x": noise}), NOON)
        assert store.find_reply(workspace_id, KEY) is None
        assert count_all(totals, some) == 0

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
        self, store: UsageStore, totals: TotalsStore, workspace_id: str
    ) -> None:
        store.commit(workspace_id, KEY, facts(workspace_id, KEY), REPLY, NOON)
        with pytest.raises(Conflict):
            store.commit(
                workspace_id, KEY, facts(workspace_id, KEY, 3), StoredReply("b" * 64, {}), NOON
            )
        assert store.find_reply(workspace_id, KEY) == REPLY
        assert count_all(totals, facts(workspace_id, KEY, 3)) == 1

    @pytest.mark.parametrize("records", [1, 3])
    def test_an_invocation_s_own_facts_are_billed_once_however_often_they_are_told(
        self, store: UsageStore, totals: TotalsStore, workspace_id: str, records: int
    ) -> None:
        some = facts(workspace_id, OWN, records)
        for _ in range(3):
            store.commit(workspace_id, OWN, some, StoredReply("", None), NOON)
        assert store.find_reply(workspace_id, OWN) is None
        assert count_all(totals, some) == records

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
