"""A page and its count cost the same at a hundred, ten thousand and a hundred thousand images."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from http.client import HTTPConnection
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

import pytest
from oriel.adapters.dynamodb.attributes import Item, encode
from oriel.adapters.dynamodb.image_items import image_to_item
from oriel.adapters.dynamodb.image_links import link_of
from oriel.adapters.dynamodb.images import DynamoImageStore
from oriel.adapters.dynamodb.keys import counts_key, facets_code
from oriel.adapters.dynamodb.label_items import label_to_item
from oriel.domain.facets import FacetFilter
from oriel.domain.image import Image
from oriel.domain.page import Page, PageRequest

from tests.functional.core.conftest import Table
from tests.functional.core.things import Maker

SIZES = (100, 10_000, 100_000)
PAGE = PageRequest(10)
WHOLE = 400
"""Images that have all their attributes: no page of these tests reaches beyond."""

HEADERS = {
    "Content-Type": "application/x-amz-json-1.0",
    "X-Amz-Target": "DynamoDB_20120810.BatchWriteItem",
    "Authorization": "AWS4-HMAC-SHA256 Credential=test/20261121/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host, Signature=0",
}


@dataclass
class CountingClient:
    """Counts requests, items returned and capacity consumed."""

    client: Any
    spent: Counter[str] = field(default_factory=Counter)

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.client, name)

        def call(**arguments: Any) -> Any:
            answer = method(**arguments, ReturnConsumedCapacity="TOTAL")
            self.spent[name] += 1
            for items in (
                [answer.get("Item")],
                answer.get("Items", []),
                *answer.get("Responses", {}).values(),
            ):
                self.spent["items"] += sum(item is not None for item in items)
            capacity = answer.get("ConsumedCapacity", [])
            for used in capacity if isinstance(capacity, list) else [capacity]:
                self.spent["capacity"] += used["CapacityUnits"]
            return answer

        return call


@dataclass
class Shelf:
    """A workspace of so many images; one in four is a test image, one in two carries the label."""

    make: Maker
    label_id: str
    size: int

    @property
    def expected(self) -> dict[str, int]:
        numbers = range(self.size)
        labelled = [number for number in numbers if _labelled(number)]
        return {
            "plain": self.size,
            "facet": sum(number % 4 == 0 for number in numbers),
            "label": len(labelled),
            "label and facet": sum(number % 4 == 0 for number in labelled),
            "not label": self.size - len(labelled),
        }


READS: dict[str, Callable[[DynamoImageStore, Shelf], Page[Any]]] = {
    "plain": lambda store, shelf: store.list(shelf.make.workspace_id, PAGE),
    "facet": lambda store, shelf: store.list(
        shelf.make.workspace_id, PAGE, None, FacetFilter(test=True)
    ),
    "label": lambda store, shelf: store.list(shelf.make.workspace_id, PAGE, shelf.label_id),
    "label and facet": lambda store, shelf: store.list(
        shelf.make.workspace_id, PAGE, shelf.label_id, FacetFilter(test=True, real=True)
    ),
    "not label": lambda store, shelf: store.list_without(
        shelf.make.workspace_id, shelf.label_id, PAGE
    ),
}


def rows(shelf: Shelf) -> Iterator[Item]:
    """Every item of the shelf.

    Those that no first page comes to have their keys alone, since writing them is what takes long.
    """
    make, counted, labelled = shelf.make, Counter[str](), Counter[str]()
    first = make.image(meta_data={})
    for number in range(shelf.size):
        made = make.image(meta_data={}) if number < WHOLE else first
        image = replace(made, test_image=number % 4 == 0)
        code = f"images_{facets_code(image.facets)}"
        counted[code] += 1
        yield image_to_item(image) if number < WHOLE else _thin(image_to_item, image, number)
        if _labelled(number):
            labelled[code] += 1
            link = partial(link_of, label_id=shelf.label_id, value=None)
            yield link(image) if number < WHOLE else _thin(link, image, number)
    yield {**counts_key(make.workspace_id), "images_count": shelf.size, **counted}
    label = make.label(id=shelf.label_id, images_count=sum(labelled.values()))
    yield {**label_to_item(label), **labelled}


def _labelled(number: int) -> bool:
    return (number < WHOLE and number % 2 == 0) or number % 20 == 0


def _thin(to_item: Callable[[Image], Item], image: Image, number: int) -> Item:
    """Write the keys of an image that is like this one, but another and younger than all whole."""
    item = to_item(image)
    return {
        "pk": item["pk"].replace(image.id, f"{number:036}"),
        "sk": item["sk"],
        "gsi1pk": item["gsi1pk"],
        "gsi1sk": f"2099-01-01T00:00:00.000000Z#{number:036}",
    }


def write(table: Table, items: Iterator[Item]) -> None:
    """Write in batches over plain HTTP: signing and checking them takes longer than writing."""
    address = urlsplit(table.client.meta.endpoint_url)

    def send(batches: list[list[Item]]) -> None:
        connection = HTTPConnection(str(address.hostname), address.port or 80)
        for some in batches:
            puts = [{"PutRequest": {"Item": encode(item)}} for item in some]
            connection.request(
                "POST", "/", json.dumps({"RequestItems": {table.name: puts}}), HEADERS
            )
            answer = connection.getresponse()
            content = json.loads(answer.read())
            assert (answer.status, content.get("UnprocessedItems")) == (200, {}), content
        connection.close()

    batches = iter(lambda: list(islice(items, 25)), [])
    send(list(batches))


@pytest.fixture(scope="module")
def shelves(core_table: Table) -> list[Shelf]:
    made = []
    for size in SIZES:
        make = Maker()
        shelf = Shelf(make, make.label().id, size)
        write(core_table, rows(shelf))
        made.append(shelf)
    return made


@pytest.mark.timeout(180)
@pytest.mark.parametrize("name", READS)
def test_a_page_and_its_count_cost_the_same_at_any_size(
    shelves: list[Shelf], core_table: Table, name: str
) -> None:
    spent = []
    for shelf in shelves:
        client = CountingClient(core_table.client)
        page = READS[name](DynamoImageStore(client, core_table.name), shelf)  # type: ignore[arg-type]
        assert page.count == shelf.expected[name]
        assert len(page.items) == PAGE.size
        assert page.next_cursor is not None
        spent.append(client.spent)
    assert spent == [spent[0]] * len(SIZES)
    assert 0 < spent[0]["items"] <= 8 * PAGE.size + 10
