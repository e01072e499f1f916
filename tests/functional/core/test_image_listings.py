"""Listings of images narrowed by facets, labels and numbers, against a plain model of them."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import product

import pytest
from oriel.adapters.dynamodb.image_listing import ImageListing
from oriel.adapters.dynamodb.table import CoreTable
from oriel.domain.errors import InvalidInput, NotFound
from oriel.domain.facets import FacetFilter
from oriel.domain.ids import new_id
from oriel.domain.image import Image
from oriel.domain.image_change import ImageChange
from oriel.domain.image_selection import ValueRange
from oriel.domain.label import Label, LabelType
from oriel.domain.page import Page, PageRequest

from tests.functional.core.conftest import Stores, Table
from tests.functional.core.things import Maker

FILTERS = [
    FacetFilter(test, real, verified)
    for test, real, verified in product((None, True, False), (None, True, False), (None, 0, 2))
]


@dataclass
class Shelf:
    """Images of all facets; every other one carries the label, with a number of its own."""

    stores: Stores
    make: Maker
    label: Label
    images: list[Image]
    numbers: dict[str, float]

    def shown(self, wanted: FacetFilter) -> list[Image]:
        return [image for image in self.images if wanted.takes(image.facets)]


@pytest.fixture
def shelf(stores: Stores, make: Maker) -> Shelf:
    label = make.label(type=LabelType.VALUE)
    stores.labels.create(label)
    made, numbers = [], {}
    for number, (test, real, verified) in enumerate(
        [*product((True, False), (True, False), (0, 2))] * 2
    ):
        image = make.image()
        stores.images.create(image, [])
        at = make.now()
        if number % 2:
            numbers[image.id] = float(-number if number % 4 == 1 else number)
            stores.images.add_label(make.workspace_id, image.id, label.id, at, numbers[image.id])
        change = ImageChange(test_image=test, real=real, verify=verified)
        made.append(stores.images.change(make.workspace_id, image.id, change, at))
    return Shelf(stores, make, label, made, numbers)


def walk(read: Callable[..., Page[Image]], size: int = 3) -> Iterator[Page[Image]]:
    cursor = None
    while True:
        page = read(page=PageRequest(size, cursor))
        yield page
        cursor = page.next_cursor
        if cursor is None:
            return


def check(read: Callable[..., Page[Image]], expected: list[Image], size: int = 3) -> None:
    pages = list(walk(read, size))
    assert [image for page in pages for image in page.items] == expected
    assert {page.count for page in pages} == {len(expected)}
    assert all(len(page.items) == size for page in pages[:-1])


class TestFacets:
    def test_of_the_workspace(self, shelf: Shelf) -> None:
        where, images = shelf.make.workspace_id, shelf.stores.images
        for wanted in FILTERS:
            check(partial(images.list, where, label_id=None, facets=wanted), shelf.shown(wanted))

    def test_of_a_label(self, shelf: Shelf) -> None:
        where, images = shelf.make.workspace_id, shelf.stores.images
        for wanted in FILTERS:
            expected = [image for image in shelf.shown(wanted) if image.id in shelf.numbers]
            check(partial(images.list, where, label_id=shelf.label.id, facets=wanted), expected)

    def test_without_a_label(self, shelf: Shelf) -> None:
        where, images = shelf.make.workspace_id, shelf.stores.images
        for wanted in FILTERS:
            expected = [image for image in shelf.shown(wanted) if image.id not in shelf.numbers]
            check(partial(images.list_without, where, shelf.label.id, facets=wanted), expected)

    def test_by_number(self, shelf: Shelf) -> None:
        where, images = shelf.make.workspace_id, shelf.stores.images
        values, numbers = ValueRange(shelf.label.id, -9.0, 7.0), shelf.numbers
        for wanted in FILTERS:
            expected = [
                image
                for image in shelf.shown(wanted)
                if image.id in numbers and -9.0 <= numbers[image.id] <= 7.0
            ]
            expected.sort(key=lambda image: numbers[image.id])
            check(partial(images.list_valued, where, values, facets=wanted), expected, size=2)


NUMBERS = (-math.pi, -5e-324, -0.0, 0.0, 5e-324, 1e-9, 1.0, 1.0, 2.5, 1e300)


@pytest.mark.parametrize(
    ("least", "most"),
    [
        (-math.inf, math.inf),
        (0.0, math.inf),
        (-math.inf, 0.0),
        (1.0, 1.0),
        (-4.0, -1.0),
        (3.0, 2.0),
    ],
)
def test_numbers_of_any_size_are_in_order_and_in_range(
    stores: Stores, make: Maker, least: float, most: float
) -> None:
    label = make.label(type=LabelType.VALUE)
    stores.labels.create(label)
    images = [make.image() for _ in NUMBERS]
    for image, number in zip(images, NUMBERS, strict=True):
        stores.images.create(image, [])
        stores.images.add_label(make.workspace_id, image.id, label.id, make.now(), 7.0)
        stores.images.add_label(make.workspace_id, image.id, label.id, make.now(), number)
    values = ValueRange(label.id, least, most)
    expected = [
        image for image, number in zip(images, NUMBERS, strict=True) if least <= number <= most
    ]
    check(partial(stores.images.list_valued, make.workspace_id, values), expected, size=2)


def test_a_number_goes_with_its_label(stores: Stores, make: Maker) -> None:
    label, image = make.label(type=LabelType.VALUE), make.image()
    stores.labels.create(label)
    stores.images.create(image, [])
    stores.images.add_label(make.workspace_id, image.id, label.id, make.now(), 1.0)
    stores.images.remove_label(make.workspace_id, image.id, label.id, make.now())
    page = stores.images.list_valued(make.workspace_id, ValueRange(label.id), PageRequest())
    assert (page.items, page.count) == ((), 0)


def test_an_unknown_label_is_not_found(stores: Stores, make: Maker) -> None:
    for label_id in (new_id(), "nonsense"):
        with pytest.raises(NotFound):
            stores.images.list_without(make.workspace_id, label_id, PageRequest())
        with pytest.raises(NotFound):
            stores.images.list_valued(make.workspace_id, ValueRange(label_id), PageRequest())


def test_a_page_of_another_listing_is_refused(dynamo: Stores, make: Maker) -> None:
    label, images = make.label(type=LabelType.VALUE), [make.image(), make.image()]
    dynamo.labels.create(label)
    for image in images:
        dynamo.images.create(image, [])
        dynamo.images.add_label(make.workspace_id, image.id, label.id, make.now(), 1.0)
    values = ValueRange(label.id)
    by_age = dynamo.images.list(make.workspace_id, PageRequest(1)).next_cursor
    by_number = dynamo.images.list_valued(make.workspace_id, values, PageRequest(1)).next_cursor
    with pytest.raises(InvalidInput):
        dynamo.images.list(make.workspace_id, PageRequest(1, by_number))
    with pytest.raises(InvalidInput):
        dynamo.images.list_valued(make.workspace_id, values, PageRequest(1, by_age))


def test_a_page_without_a_label_ends_after_so_many_images(
    dynamo: Stores, core_table: Table, make: Maker
) -> None:
    label, images = make.label(), [make.image() for _ in range(12)]
    dynamo.labels.create(label)
    for image in images:
        dynamo.images.create(image, [] if image in images[-2:] else [label.id])
    listing = ImageListing(CoreTable(core_table.client, core_table.name), looks_at=5)
    read = partial(listing.without_label, make.workspace_id, label.id, wanted=FacetFilter())
    pages = list(walk(read))
    assert [page.items for page in pages] == [(), (), tuple(images[-2:])]
    assert {page.count for page in pages} == {2}
