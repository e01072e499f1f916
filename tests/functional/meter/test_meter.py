"""The meter's batches: the good goes through, the bad is named, and nothing counts twice."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from oriel.adapters.dynamodb.attributes import encode
from oriel.domain.usage import RequestKey, StoredReply, UsageFact
from oriel.services.metering import Deferred

from functions.meter.batch import Meter, run
from tests.fakes.facts import NOON, facts
from tests.fakes.meter_events import queue_event, stream_event, stream_record
from tests.fakes.totals import FaultyTotalsStore, MemoryTotalsStore, meter_of
from tests.fakes.usage import FaultyUsageStore, MemoryUsageStore

KEY = RequestKey("key.one")
REPLY = StoredReply("hash", {"answer": 1})
DAY = timedelta(days=1)
NOTHING_FAILED: dict[str, Any] = {"batchItemFailures": []}


@pytest.fixture
def memory() -> MemoryUsageStore:
    return MemoryUsageStore()


@pytest.fixture
def store(memory: MemoryUsageStore) -> FaultyUsageStore:
    return FaultyUsageStore(memory)


@pytest.fixture
def totals(memory: MemoryUsageStore) -> FaultyTotalsStore:
    return FaultyTotalsStore(MemoryTotalsStore(memory))


@pytest.fixture
def meter(store: FaultyUsageStore, totals: FaultyTotalsStore) -> Meter:
    return meter_of(store, totals)


def commit(store: FaultyUsageStore, key: str, count: int = 1, **more: Any) -> list[UsageFact]:
    some = facts("ws", key, count, **more)
    store.commit("ws", RequestKey(key), some, REPLY, NOON)
    return some


def units(store: FaultyTotalsStore) -> dict[int, int]:
    return {t.model_version: t.units for t in store.totals("ws", "2026-11-20", "2026-11-21")}


def failures(*items: str) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": item} for item in items]}


def test_counts_the_facts_of_the_stream(
    store: FaultyUsageStore, meter: Meter, totals: FaultyTotalsStore
) -> None:
    some = commit(store, "req.1", 3) + commit(store, "req.2", 2, version=2)
    assert run(stream_event(some), meter) == NOTHING_FAILED
    assert run(stream_event(reversed(some)), meter) == NOTHING_FAILED
    assert units(totals) == {1: 3, 2: 2}


def test_counts_facts_of_before_requests_could_ask_several_tasks(
    store: FaultyUsageStore, meter: Meter, totals: FaultyTotalsStore
) -> None:
    event = stream_event(commit(store, "req.1", 2))
    for record in event["Records"]:
        del record["dynamodb"]["NewImage"]["task_index"]
    assert run(event, meter) == NOTHING_FAILED
    assert units(totals) == {1: 2}


def test_counts_the_facts_beside_a_poisonous_record(
    store: FaultyUsageStore, meter: Meter, totals: FaultyTotalsStore
) -> None:
    good = stream_event(commit(store, "req.1", 2))["Records"]
    keys = {"pk": {"S": "x"}, "sk": {"S": "FACT#0000"}}
    wrong = good[0]["dynamodb"]["NewImage"] | {"units": {"S": "many"}}
    poison = [stream_record(100, keys), stream_record(101, wrong)]
    event = {"Records": [poison[0], *good, poison[1]]}
    assert run(event, meter) == failures("100", "101")
    assert units(totals) == {1: 2}


def test_names_only_the_facts_of_the_day_that_failed(
    store: FaultyUsageStore, meter: Meter, totals: FaultyTotalsStore
) -> None:
    some = commit(store, "req.1", 2) + commit(store, "req.2", 2, version=2, occurred=NOON - DAY)
    totals.faults = ["before"]
    event = stream_event(some)
    assert run(event, meter) == failures("0", "1")
    assert units(totals) == {2: 2}
    assert run(event, meter) == NOTHING_FAILED
    assert units(totals) == {1: 2, 2: 2}


def test_names_only_the_fact_whose_price_list_there_is_not(
    store: FaultyUsageStore, meter: Meter, totals: FaultyTotalsStore
) -> None:
    some = commit(store, "req.1", 2, version=3)
    event = stream_event([replace(some[0], price_version="2020-01"), some[1]])
    assert run(event, meter) == failures("0")
    assert units(totals) == {3: 1}


def test_passes_over_what_is_no_new_fact(
    store: FaultyUsageStore, meter: Meter, totals: FaultyTotalsStore
) -> None:
    (fact,) = commit(store, "req.1")
    image = stream_event([fact])["Records"][0]["dynamodb"]["NewImage"]
    reply = encode({"pk": "x", "sk": "REPLY"}) | {"reply": {"B": "eJw="}}
    event = {"Records": [stream_record(1, image, "MODIFY"), stream_record(2, reply)]}
    assert run(event, meter) == NOTHING_FAILED
    assert units(totals) == {}


def deferred(key: str, body_hash: str = "hash") -> Deferred:
    name = RequestKey(key)
    return Deferred("ws", name, tuple(facts("ws", key)), StoredReply(body_hash, {"a": 1}), NOON)


def test_commits_what_waited_and_again_changes_nothing(
    store: FaultyUsageStore, meter: Meter, totals: FaultyTotalsStore
) -> None:
    event = queue_event([deferred("req.1"), deferred("req.1"), deferred("req.2")])
    assert run(event, meter) == NOTHING_FAILED
    assert run(event, meter) == NOTHING_FAILED
    assert store.find_reply("ws", RequestKey("req.1")) == StoredReply("hash", {"a": 1})
    run(stream_event(facts("ws", "req.1") + facts("ws", "req.2")), meter)
    assert units(totals) == {1: 2}


def test_keeps_waiting_what_the_table_does_not_take(store: FaultyUsageStore, meter: Meter) -> None:
    event = queue_event([deferred("req.1"), deferred("req.2")])
    store.faults = ["before"]
    assert run(event, meter) == failures("0")
    assert run(event, meter) == NOTHING_FAILED


def test_is_content_when_a_commit_went_through_unnoticed(
    store: FaultyUsageStore, meter: Meter
) -> None:
    event = queue_event([deferred("req.1")])
    store.faults = ["after"]
    assert run(event, meter) == failures("0")
    assert run(event, meter) == NOTHING_FAILED


def test_hands_over_two_answers_to_one_key_for_a_person_to_see(
    store: FaultyUsageStore, meter: Meter
) -> None:
    commit(store, "key.one")
    event = queue_event([deferred("key.one", "other body"), deferred("req.2")])
    assert run(event, meter) == failures("0")
    assert store.find_reply("ws", RequestKey("req.2")) is not None


def test_commits_the_messages_beside_a_poisonous_one(store: FaultyUsageStore, meter: Meter) -> None:
    event = queue_event([deferred("req.1"), deferred("req.2")])
    event["Records"][0]["body"] = "{"
    assert run(event, meter) == failures("0")
    assert store.find_reply("ws", RequestKey("req.2")) is not None
