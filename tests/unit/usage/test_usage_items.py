"""Facts as items of the table."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from oriel.adapters.dynamodb.attributes import decode, encode
from oriel.adapters.dynamodb.usage_items import (
    day_of_fact,
    fact_from_item,
    fact_to_item,
    facts_partition,
    shard_of,
)

from tests.fakes.facts import facts

(FACT,) = facts("ws", "key.x")
EVENING = datetime(2026, 11, 20, 23, 30, tzinfo=timezone(timedelta(hours=-2)))


def test_a_fact_is_listed_under_its_day_in_utc() -> None:
    late = replace(FACT, occurred=EVENING)
    item = fact_to_item(late)
    expected = facts_partition(late.workspace_id, "2026-11-21", shard_of(late))
    assert item["factspk"] == expected
    assert day_of_fact(late) == "2026-11-21"


def test_a_fact_comes_back_as_it_was() -> None:
    one = replace(FACT, token_id="", task_index=3)
    assert fact_from_item(decode(encode(fact_to_item(one)))) == one


def test_values_are_written_by_their_kind() -> None:
    written = encode({"a": FACT.request_key, "b": True, "c": 1, "d": 0.5, "e": b"\0", "f": None})
    assert written == {
        "a": {"S": str(FACT.request_key)},
        "b": {"BOOL": True},
        "c": {"N": "1"},
        "d": {"N": "0.5"},
        "e": {"B": b"\0"},
    }
