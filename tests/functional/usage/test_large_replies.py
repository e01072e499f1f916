"""Answers that no item and no message holds, on the emulator's table, bucket and queue."""

import random
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError
from oriel.adapters.dynamodb.usage import DynamoUsageStore
from oriel.adapters.outbox import SqsUsageOutbox, from_message
from oriel.adapters.replies import PREFIX, LargeReplies
from oriel.adapters.s3 import S3Blobs
from oriel.domain.errors import Conflict, TemporarilyUnavailable
from oriel.domain.usage import RequestKey, StoredReply
from oriel.services.metering import commit_deferred

from infra.local.emulator import Emulator
from infra.stacks.data import REPLIES, REPLY_DAYS
from tests.fakes.blobs import MemoryBlobs
from tests.fakes.facts import NOON, facts

KEY = RequestKey("key.one")


def noise(seed: int = 1, size: int = 400_000) -> StoredReply:
    content = random.Random(seed).randbytes(size).hex()  # noqa: S311 - a test's noise
    return StoredReply("hash", {"noise": content})


@pytest.fixture(scope="module")
def bucket(emulator: Emulator) -> Any:
    name = f"images-{uuid.uuid4()}"
    client = emulator.client("s3")
    client.create_bucket(Bucket=name)
    return client, name


@pytest.fixture
def large(bucket: Any) -> LargeReplies:
    return LargeReplies(S3Blobs(*bucket))


@pytest.fixture
def store(usage_table: tuple[Any, str], large: LargeReplies) -> DynamoUsageStore:
    return DynamoUsageStore(*usage_table, large)


@pytest.fixture
def sqs(emulator: Emulator) -> tuple[Any, str]:
    client = emulator.client("sqs")
    return client, client.create_queue(QueueName=f"outbox-{uuid.uuid4()}")["QueueUrl"]


def lies(bucket: Any, workspace_id: str) -> list[str]:
    client, name = bucket
    found = client.list_objects_v2(Bucket=name, Prefix=f"{PREFIX}{workspace_id}/")
    return [one["Key"] for one in found.get("Contents", [])]


def commit(store: DynamoUsageStore, workspace_id: str, reply: StoredReply) -> None:
    store.commit(workspace_id, KEY, facts(workspace_id, KEY), reply, NOON)


def test_a_reply_that_no_item_holds_is_found_again(
    store: DynamoUsageStore, bucket: Any, workspace_id: str
) -> None:
    commit(store, workspace_id, noise())
    assert store.find_reply(workspace_id, KEY) == noise()
    assert len(lies(bucket, workspace_id)) == 1


def test_a_reply_that_an_item_holds_lies_in_no_bucket(
    store: DynamoUsageStore, bucket: Any, workspace_id: str
) -> None:
    commit(store, workspace_id, noise(size=1000))
    assert lies(bucket, workspace_id) == []


def test_who_loses_a_key_changes_nothing_of_the_winners_reply(
    store: DynamoUsageStore, workspace_id: str
) -> None:
    commit(store, workspace_id, noise(1))
    with pytest.raises(Conflict):
        commit(store, workspace_id, noise(2))
    assert store.find_reply(workspace_id, KEY) == noise(1)


def test_a_reply_that_is_gone_was_not_kept(
    store: DynamoUsageStore, bucket: Any, workspace_id: str
) -> None:
    commit(store, workspace_id, noise())
    client, name = bucket
    client.delete_object(Bucket=name, Key=lies(bucket, workspace_id)[0])
    assert store.find_reply(workspace_id, KEY) == StoredReply("hash", None)


def test_a_reply_that_no_message_holds_is_committed_by_who_cannot_read_it(
    store: DynamoUsageStore,
    usage_table: tuple[Any, str],
    large: LargeReplies,
    sqs: tuple[Any, str],
    workspace_id: str,
) -> None:
    client, url = sqs
    made = facts(workspace_id, KEY)
    SqsUsageOutbox(client, url, large).put(workspace_id, KEY, made, noise(), NOON)
    (message,) = client.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"]
    assert len(message["Body"]) < 2000
    meter = DynamoUsageStore(*usage_table)
    for _ in range(2):
        commit_deferred(meter, from_message(message["Body"]))
    assert store.find_reply(workspace_id, KEY) == noise()


def test_an_answer_is_not_recorded_where_the_bucket_does_not_take_it(
    usage_table: tuple[Any, str], sqs: tuple[Any, str], emulator: Emulator, workspace_id: str
) -> None:
    nowhere = LargeReplies(S3Blobs(emulator.client("s3"), f"missing-{uuid.uuid4()}"))
    with pytest.raises(TemporarilyUnavailable):
        commit(DynamoUsageStore(*usage_table, nowhere), workspace_id, noise())
    with pytest.raises(TemporarilyUnavailable):
        SqsUsageOutbox(*sqs, nowhere).put(
            workspace_id, KEY, facts(workspace_id, KEY), noise(), NOON
        )
    assert DynamoUsageStore(*usage_table).find_reply(workspace_id, KEY) is None


def test_an_answer_that_cannot_be_read_now_is_not_said_to_be_gone(
    store: DynamoUsageStore, usage_table: tuple[Any, str], workspace_id: str
) -> None:
    class Forbidding(MemoryBlobs):
        def get(self, key: str, max_bytes: int | None = None) -> bytes:  # noqa: ARG002
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": key}}, "GetObject")

    commit(store, workspace_id, noise())
    with pytest.raises(TemporarilyUnavailable):
        DynamoUsageStore(*usage_table, LargeReplies(Forbidding())).find_reply(workspace_id, KEY)


def test_the_bucket_keeps_replies_as_long_as_the_table() -> None:
    assert (REPLIES, REPLY_DAYS) == (PREFIX, 400)
