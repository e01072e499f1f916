"""Search by name, on both kinds of stores, and what it costs on DynamoDB."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from oriel.adapters.dynamodb.attributes import encode
from oriel.adapters.dynamodb.keys import counts_key
from oriel.adapters.dynamodb.label_items import label_to_item
from oriel.domain.errors import Conflict, InvalidInput
from oriel.domain.label import MAX_LABELS_OF_WORKSPACE, LabelFilter, LabelType
from oriel.domain.page import PageRequest
from oriel.domain.task import MAX_TASKS_OF_WORKSPACE

from tests.functional.core.conftest import Stores, Table, dynamo_stores
from tests.functional.core.sweeping import delete_label
from tests.functional.core.things import Maker


@dataclass
class CountingClient:
    client: Any
    calls: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        self.calls.append(name)
        return getattr(self.client, name)


class TestSearch:
    @pytest.mark.parametrize("search", ["BOLT", "bolt", "olT"])
    def test_finds_labels_by_a_part_of_their_names(
        self, stores: Stores, make: Maker, search: str
    ) -> None:
        labels = [make.label(name) for name in ("Bolt M8", "nut", "long bolt", "a BOLT")]
        for label in labels:
            stores.labels.create(label)
        wanted = LabelFilter(search)
        first = stores.labels.list(make.workspace_id, PageRequest(2), wanted)
        second = stores.labels.list(make.workspace_id, PageRequest(2, first.next_cursor), wanted)
        assert first.items + second.items == (labels[0], labels[2], labels[3])
        assert (first.count, second.count, second.next_cursor) == (3, 3, None)

    def test_tells_types_apart(self, stores: Stores, make: Maker) -> None:
        tag, category = make.label("bolt", type=LabelType.TAG), make.label("bolt")
        for label in (tag, category):
            stores.labels.create(label)
        for search in ("", "bolt"):
            for label in (tag, category):
                wanted = LabelFilter(search, label.type)
                page = stores.labels.list(make.workspace_id, PageRequest(), wanted)
                assert (page.items, page.count) == ((label,), 1)

    def test_finds_tasks_by_a_part_of_their_names(self, stores: Stores, make: Maker) -> None:
        tasks = [make.task(name) for name in ("Bolts", "nuts", "more BOLTS")]
        for task in tasks:
            stores.tasks.create(task)
        stores.tasks.create(Maker().task("a stranger's bolts"))
        first = stores.tasks.list(make.workspace_id, PageRequest(1), "bolt")
        second = stores.tasks.list(make.workspace_id, PageRequest(1, first.next_cursor), "bolt")
        assert first.items + second.items == (tasks[0], tasks[2])
        assert (first.count, second.count, second.next_cursor) == (2, 2, None)

    @pytest.mark.parametrize("cursor", ["2", "nonsense", "e30"])
    def test_refuses_what_is_no_cursor(self, stores: Stores, make: Maker, cursor: str) -> None:
        stores.tasks.create(make.task("bolts"))
        with pytest.raises(InvalidInput):
            stores.tasks.list(make.workspace_id, PageRequest(2, cursor), "bolt")

    def test_shows_nothing_that_is_deleted(self, stores: Stores, make: Maker) -> None:
        label, task = make.label("bolt"), make.task("bolts")
        stores.labels.create(label)
        stores.tasks.create(task)
        delete_label(stores, make.workspace_id, label.id)
        stores.tasks.hide(make.workspace_id, task.id)
        assert not stores.labels.list(make.workspace_id, PageRequest(), LabelFilter("bolt")).items
        assert not stores.tasks.list(make.workspace_id, PageRequest(), "bolt").items


def test_a_search_among_thousands_of_labels_is_a_handful_of_requests(
    core_table: Table, make: Maker
) -> None:
    items = [label_to_item(make.label(f"label {number}")) for number in range(3000)]
    for start in range(0, len(items), 25):
        batch = [{"PutRequest": {"Item": encode(item)}} for item in items[start : start + 25]]
        core_table.client.batch_write_item(RequestItems={core_table.name: batch})
    client = CountingClient(core_table.client)
    stores = dynamo_stores(Table(client, core_table.name))
    wanted = LabelFilter("LABEL 29")
    page = stores.labels.list(make.workspace_id, PageRequest(50), wanted)
    assert (len(page.items), page.count) == (50, 111)
    assert client.calls.count("batch_get_item") == 1
    assert len(client.calls) <= 6


@pytest.mark.parametrize("full", ["tasks_count", "labels_count"])
def test_a_full_workspace_takes_no_more(
    dynamo: Stores, core_table: Table, make: Maker, full: str
) -> None:
    most = {"tasks_count": MAX_TASKS_OF_WORKSPACE, "labels_count": MAX_LABELS_OF_WORKSPACE}
    counts = {**counts_key(make.workspace_id), full: most[full]}
    core_table.client.put_item(TableName=core_table.name, Item=encode(counts))
    task, negative = make.tagging()
    with pytest.raises(Conflict, match=str(most[full])):
        dynamo.tasks.create(task, negative)
    if full == "labels_count":
        with pytest.raises(Conflict, match=str(most[full])):
            dynamo.labels.create(make.label())
        dynamo.tasks.create(make.task())
    else:
        dynamo.labels.create(make.label())
    page = dynamo.labels.list(make.workspace_id, PageRequest())
    assert negative.id not in {label.id for label in page.items}
