"""The core table when DynamoDB does not take it now."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError
from oriel.adapters.dynamodb.keys import label_key
from oriel.adapters.dynamodb.table import ATTEMPTS, CoreTable
from oriel.domain.errors import NotFound, TemporarilyUnavailable

from tests.functional.core.conftest import Stores, Table, dynamo_stores
from tests.functional.core.things import Maker


def throttled(operation: str) -> ClientError:
    return ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow"}}, operation)


@dataclass
class FailingClient:
    """Fails every call with this error."""

    error: Exception

    def __getattr__(self, _: str) -> Any:
        def call(**_: Any) -> Any:
            raise self.error

        return call


@dataclass
class PartialClient:
    """Answers half of a batch read at a time, as DynamoDB may when it is busy."""

    client: Any
    batches: list[int] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)

    def batch_get_item(self, RequestItems: dict[str, Any]) -> Any:  # noqa: N803
        ((table, request),) = RequestItems.items()
        keys = request["Keys"]
        self.batches.append(len(keys))
        half = max(1, len(keys) // 2)
        answer = self.client.batch_get_item(RequestItems={table: {**request, "Keys": keys[:half]}})
        left = keys[half:]
        unprocessed = {table: {**request, "Keys": left}} if left else {}
        return {**answer, "UnprocessedKeys": unprocessed}


@dataclass
class CollidingClient:
    """Refuses this many writes because a transaction holds their item."""

    client: Any
    collisions: int

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.client, name)

        def call(**arguments: Any) -> Any:
            if self.collisions == 0:
                return method(**arguments)
            self.collisions -= 1
            code = "TransactionConflictException"
            raise ClientError({"Error": {"Code": code, "Message": "held"}}, name)

        return call


@pytest.mark.parametrize(
    "error", [throttled("any"), ConnectTimeoutError(endpoint_url="https://dynamodb")]
)
def test_what_passes_is_temporarily_unavailable(error: Exception, make: Maker) -> None:
    stores = dynamo_stores(Table(FailingClient(error), "core"))
    image = make.image()
    with pytest.raises(TemporarilyUnavailable):
        stores.images.get(make.workspace_id, image.id)
    with pytest.raises(TemporarilyUnavailable):
        stores.images.mark_ready(image)
    with pytest.raises(TemporarilyUnavailable):
        stores.embeddings.get_many(make.workspace_id, [image.id], "lite0-int8")


def test_what_does_not_pass_is_not_hidden(make: Maker) -> None:
    denied = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "GetItem")
    stores = dynamo_stores(Table(FailingClient(denied), "core"))
    with pytest.raises(ClientError):
        stores.images.get(make.workspace_id, make.image().id)


def test_a_batch_that_is_answered_in_parts_is_read_to_its_end(
    dynamo: Stores, core_table: Table, make: Maker
) -> None:
    labels = [make.label() for _ in range(7)]
    for label in labels:
        dynamo.labels.create(label)
    client = PartialClient(core_table.client)
    pauses: list[float] = []
    table = CoreTable(client, core_table.name, pauses.append)  # type: ignore[arg-type]
    found = table.find_many(label_key(make.workspace_id, label.id) for label in labels)
    assert {item["id"] for item in found} == {label.id for label in labels}
    assert client.batches == [7, 4, 2, 1]
    assert len(pauses) == 3


def test_a_batch_that_is_never_answered_is_temporarily_unavailable(
    core_table: Table, make: Maker
) -> None:
    @dataclass
    class Never:
        client: Any

        def batch_get_item(self, RequestItems: Any) -> Any:  # noqa: N803
            return {"Responses": {}, "UnprocessedKeys": RequestItems}

    table = CoreTable(Never(core_table.client), core_table.name, lambda _: None)  # type: ignore[arg-type]
    with pytest.raises(TemporarilyUnavailable):
        table.find_many([label_key(make.workspace_id, make.label().id)])


def test_a_task_that_is_gone_cannot_be_locked_or_left_behind(dynamo: Stores, make: Maker) -> None:
    task = make.task()
    dynamo.tasks.create(task)
    dynamo.tasks.delete(make.workspace_id, task.id)
    with pytest.raises(NotFound):
        dynamo.tasks.begin_training(task, make.model(task))
    with pytest.raises(NotFound):
        dynamo.tasks.update(make.workspace_id, task.id, name="ghost")
    with pytest.raises(NotFound):
        dynamo.tasks.get(make.workspace_id, task.id)


def test_a_write_that_meets_a_transaction_is_tried_again(core_table: Table, make: Maker) -> None:
    client, pauses = CollidingClient(core_table.client, 0), list[float]()
    table = CoreTable(client, core_table.name, pauses.append)  # type: ignore[arg-type]
    key = label_key(make.workspace_id, make.label().id)
    rename = table.writes.update(key, assign={"name": "late"})
    client.collisions = 3
    table.put({**key, "name": "early"})
    client.collisions = 3
    assert table.update(rename, NotFound("gone"))["name"] == "late"
    client.collisions = 3
    table.remove([key])
    assert table.find(key) is None
    with pytest.raises(NotFound):
        table.update(rename, NotFound("gone"))
    assert len(pauses) == 9


def test_a_write_that_meets_transactions_again_and_again_is_temporarily_unavailable(
    core_table: Table, make: Maker
) -> None:
    client, pauses = CollidingClient(core_table.client, 1000), list[float]()
    table = CoreTable(client, core_table.name, pauses.append)  # type: ignore[arg-type]
    key = label_key(make.workspace_id, make.label().id)
    with pytest.raises(TemporarilyUnavailable):
        table.update(table.writes.update(key, assign={"name": "late"}), NotFound("gone"))
    assert len(pauses) == ATTEMPTS
    assert sum(pauses) < 6
