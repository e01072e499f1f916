"""What waits in the outbox comes back as it was."""

import json
import random
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oriel.adapters.outbox import from_message, to_message
from oriel.domain.billing.accounts import WHOLE, Scope, ScopeKind
from oriel.domain.billing.holds import Hold
from oriel.domain.billing.periods import Period
from oriel.domain.errors import PayloadTooLarge
from oriel.domain.usage import RequestKey, StoredReply
from oriel.services.metering import Deferred

from tests.fakes.facts import NOON, facts

KEY = RequestKey("key.one")
ENTRY = Deferred("ws", KEY, tuple(facts("ws", KEY, 10)), StoredReply("hash", {"a": [0.1]}), NOON)
MESSAGE_BYTES = 256 * 1024


@given(
    st.dictionaries(st.text(), st.none() | st.floats(allow_nan=False) | st.text(), max_size=5),
    st.integers(0, 10),
)
def test_reads_what_it_wrote(reply: dict[str, object], count: int) -> None:
    entry = replace(ENTRY, facts=ENTRY.facts[:count], reply=StoredReply("hash", reply))
    assert from_message(to_message(entry)) == entry


def test_reads_which_of_several_tasks_it_was_and_messages_that_did_not_say_it() -> None:
    several = replace(ENTRY, facts=(*facts("ws", KEY), *facts("ws", KEY, task_index=3)))
    content = json.loads(to_message(several))
    assert from_message(json.dumps(content)).facts == several.facts
    for fact in content["facts"]:
        del fact["task_index"]
    assert [fact.task_index for fact in from_message(json.dumps(content)).facts] == [0, 0]


def test_reads_what_was_held_and_messages_of_before_there_were_holds() -> None:
    taken = {WHOLE: 10, Scope(ScopeKind.TASK, "one"): 5}
    period = Period(date(2026, 10, 31), date(2026, 11, 30))
    hold = Hold("ws", KEY, "id", "hash", NOON, period, taken)
    held = replace(ENTRY, hold=hold)
    content = json.loads(to_message(held))
    assert from_message(json.dumps(content)) == held
    del content["hold"], content["kept_at"]
    assert from_message(json.dumps(content)) == ENTRY


def test_reads_where_a_reply_lies_that_it_could_not_hold() -> None:
    elsewhere = replace(ENTRY, reply=StoredReply("hash", None, "replies/ws/1"))
    assert from_message(to_message(elsewhere)) == elsewhere


def noise(size: int) -> StoredReply:
    return StoredReply("h", {"noise": random.Random(1).randbytes(size).hex()})  # noqa: S311


def test_writes_the_largest_reply_into_one_message() -> None:
    key = RequestKey("key." + "x" * 255)
    made = [fact for index in range(5) for fact in facts("w" * 36, key, 10, task_index=index)]
    large = Deferred("w" * 36, key, tuple(made), StoredReply("h", {}), NOON)
    large = replace(large, reply=noise(125_000))
    message = to_message(large)
    assert len(message.encode()) < MESSAGE_BYTES
    assert from_message(message) == large


@pytest.mark.parametrize("size", [150_000, 1_000_000])
def test_refuses_a_reply_that_a_message_cannot_hold(size: int) -> None:
    with pytest.raises(PayloadTooLarge):
        to_message(replace(ENTRY, reply=noise(size)))


@pytest.mark.parametrize("change", [{"format": 2}, {"at": "now"}, {"facts": [{}]}, {"facts": 3}])
def test_refuses_what_it_did_not_write(change: dict[str, object]) -> None:
    message = json.dumps(json.loads(to_message(ENTRY)) | change)
    with pytest.raises((KeyError, TypeError, ValueError)):
        from_message(message)
