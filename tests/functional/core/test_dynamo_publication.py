"""Publishing on DynamoDB while somebody else publishes the same model."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.functional.core.conftest import Stores, Table, dynamo_stores
from tests.functional.core.things import Maker


@dataclass
class OvertakenClient:
    """Lets somebody else go first at the call of this number, counted from 1."""

    client: Any
    at_call: int
    overtake: Callable[[], object]
    calls: int = 0

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.client, name)

        def call(**arguments: Any) -> Any:
            self.calls += 1
            if self.calls == self.at_call:
                self.overtake()
            return method(**arguments)

        return call


@pytest.mark.parametrize("at_call", range(1, 6))
def test_whoever_is_overtaken_gets_the_same_version(
    dynamo: Stores, core_table: Table, make: Maker, at_call: int
) -> None:
    task = make.task()
    model = make.evaluated(make.model(task))
    dynamo.tasks.create(task)
    dynamo.tasks.begin_training(task, model)
    client = OvertakenClient(
        core_table.client,
        at_call,
        lambda: dynamo.models.publish(task.workspace_id, model.id, make.now()),
    )
    late = dynamo_stores(Table(client, core_table.name)).models
    assert late.publish(task.workspace_id, model.id, make.now()).version == 1
    assert client.calls >= at_call
    assert dynamo.tasks.get(task.workspace_id, task.id).latest_version == 1
