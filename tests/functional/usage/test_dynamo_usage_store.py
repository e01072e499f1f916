"""What is the table's own: sizes, expiry, faults."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from oriel.adapters.dynamodb.usage import DynamoUsageStore
from oriel.domain.errors import Conflict, TemporarilyUnavailable
from oriel.domain.usage import RequestKey, StoredReply

from tests.fakes.facts import NOON, facts
from tests.functional.usage.faulty_client import FaultyClient

KEY, OWN = RequestKey("key.one"), RequestKey("req.7a1c")
REPLY = StoredReply("a" * 64, {"answer": 1})


@pytest.fixture
def faulty(usage_table: tuple[Any, str]) -> tuple[FaultyClient, DynamoUsageStore]:
    client = FaultyClient(usage_table[0])
    return client, DynamoUsageStore(client, usage_table[1])  # type: ignore[arg-type]


def cancelled(*codes: str) -> ClientError:
    response: Any = {
        "Error": {"Code": "TransactionCanceledException", "Message": ""},
        "CancellationReasons": [{"Code": code} for code in codes],
    }
    return ClientError(response, "TransactWriteItems")


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": ""}}, "TransactWriteItems")


def test_lets_the_reply_expire_but_not_the_facts(
    usage_table: tuple[Any, str], workspace_id: str
) -> None:
    client, name = usage_table
    DynamoUsageStore(client, name).commit(workspace_id, KEY, facts(workspace_id, KEY), REPLY, NOON)
    items = client.query(
        TableName=name,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"WS#{workspace_id}#REQ#{KEY}"}},
    )["Items"]
    expiry = {item["sk"]["S"]: item.get("expires_at") for item in items}
    assert expiry == {"FACT#0000": None, "REPLY": {"N": str(int(NOON.timestamp()) + 400 * 86400)}}


def test_refuses_a_key_whose_reply_has_expired(
    usage_table: tuple[Any, str], workspace_id: str
) -> None:
    client, name = usage_table
    store = DynamoUsageStore(client, name)
    store.commit(workspace_id, KEY, facts(workspace_id, KEY), REPLY, NOON)
    reply = {"pk": {"S": f"WS#{workspace_id}#REQ#{KEY}"}, "sk": {"S": "REPLY"}}
    client.delete_item(TableName=name, Key=reply)
    with pytest.raises(Conflict):
        store.commit(workspace_id, KEY, facts(workspace_id, KEY), REPLY, NOON)


def test_rides_out_collisions_and_throttling(
    faulty: tuple[FaultyClient, DynamoUsageStore], workspace_id: str
) -> None:
    client, store = faulty
    client.before = [
        cancelled("None", "TransactionConflict"),
        cancelled("ThrottlingError", "None"),
        refused("ThrottlingException"),
    ]
    store.commit(workspace_id, KEY, facts(workspace_id, KEY), REPLY, NOON)
    assert store.find_reply(workspace_id, KEY) == REPLY
    assert len(set(client.tokens)) == 1, "an applied attempt must be recognised as the same"


def test_gives_up_after_a_bounded_number_of_attempts(
    faulty: tuple[FaultyClient, DynamoUsageStore], workspace_id: str
) -> None:
    client, store = faulty
    client.before = [refused("ThrottlingException")] * 20
    with pytest.raises(TemporarilyUnavailable):
        store.commit(workspace_id, KEY, facts(workspace_id, KEY), REPLY, NOON)
    assert len(client.before) > 10
    assert store.find_reply(workspace_id, KEY) is None


@pytest.mark.parametrize(
    "fault", [ReadTimeoutError(endpoint_url="x"), refused("AccessDeniedException")]
)
@pytest.mark.parametrize(
    ("key", "reply"), [(KEY, REPLY), (OWN, StoredReply("", None))], ids=["chosen", "own"]
)
def test_calls_every_fault_of_the_table_temporary(
    faulty: tuple[FaultyClient, DynamoUsageStore],
    workspace_id: str,
    fault: Exception,
    key: RequestKey,
    reply: StoredReply,
) -> None:
    client, store = faulty
    client.before = [fault]
    with pytest.raises(TemporarilyUnavailable):
        store.commit(workspace_id, key, facts(workspace_id, key), reply, NOON)


def test_what_was_written_unnoticed_is_written(
    faulty: tuple[FaultyClient, DynamoUsageStore], workspace_id: str
) -> None:
    client, store = faulty
    client.after = [ReadTimeoutError(endpoint_url="x")]
    own = facts(workspace_id, OWN)
    with pytest.raises(TemporarilyUnavailable):
        store.commit(workspace_id, OWN, own, StoredReply("", None), NOON)
    store.commit(workspace_id, OWN, own, StoredReply("", None), NOON)


def test_one_record_without_a_key_takes_no_transaction(
    faulty: tuple[FaultyClient, DynamoUsageStore], workspace_id: str
) -> None:
    client, store = faulty
    store.commit(workspace_id, OWN, facts(workspace_id, OWN), StoredReply("", None), NOON)
    assert client.tokens == []
