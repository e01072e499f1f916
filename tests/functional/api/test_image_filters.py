from typing import Any

import pytest
from oriel.domain.ids import new_id

from tests.functional.api.conftest import Client, World
from tests.functional.api.test_listing import follow

IMAGES = "/recognition/v2/training-image"


def listed(client: Client, **filters: str) -> tuple[list[str], int]:
    """Read all pages, of two images each."""
    answer = client.get(f"{IMAGES}/", page_size="2", **filters).json
    found, count = [one["id"] for one in answer["results"]], answer["count"]
    while answer["next"] is not None:
        assert all(name in answer["next"] for name in filters)
        answer = follow(client, answer["next"])
        assert answer["count"] == count
        found += [one["id"] for one in answer["results"]]
    return found, count


@pytest.fixture
def images(world: World, client: Client) -> list[str]:
    made = []
    for number in range(6):
        world.clock.advance(1)
        made.append(client.image(test_image=number % 2 == 0)["id"])
    body: dict[str, Any] = {"images": made[:4], "unmark-real": True}
    assert client.post(f"{IMAGES}/update", body).json["updated"] == 4
    return made


def test_flags_narrow_a_listing_and_its_count(client: Client, images: list[str]) -> None:
    assert listed(client, test="true") == (images[::2], 3)
    assert listed(client, test="False") == (images[1::2], 3)
    assert listed(client, real="False") == (images[:4], 4)
    assert listed(client, real="True", test="True") == ([images[4]], 1)
    assert listed(client, verified="0") == (images, 6)
    assert listed(client, verified="1") == ([], 0)
    assert client.get(IMAGES, test="", real="", verified="", labels="").json["count"] == 6


def test_labels_narrow_together_with_flags(client: Client, images: list[str]) -> None:
    label = client.label()["id"]
    client.post(f"{IMAGES}/update", {"images": images[1:5], "labels-add": [label]})
    assert listed(client, labels=label) == (images[1:5], 4)
    assert listed(client, label=label, test="true") == ([images[2], images[4]], 2)
    assert listed(client, not_labels=label) == ([images[0], images[5]], 2)
    assert listed(client, not_labels=label, test="false") == ([images[5]], 1)


def test_numbers_narrow_and_order(client: Client, images: list[str]) -> None:
    label = client.label(type="value")["id"]
    for number, image in enumerate(images):
        body = {"label_id": label, "value": 10 - number}
        assert client.post(f"{IMAGES}/{image}/add-label", body).status == 200
    least, most = f"label_value_{label}__gte", f"label_value_{label}__lte"
    assert listed(client, **{least: "6", most: "8.5"}) == ([images[4], images[3], images[2]], 3)
    assert listed(client, **{most: "6", "labels": label}) == ([images[5], images[4]], 2)
    assert listed(client, **{least: "1e1"}) == ([images[0]], 1)


def test_no_image_without_a_label_has_a_number_of_it(client: Client, images: list[str]) -> None:
    """The public client asks for both at once: `get_training_images(not_label=True, value=5)`."""
    label = client.label(type="value")["id"]
    client.post(f"{IMAGES}/{images[0]}/add-label", {"label_id": label, "value": 5})
    number = {f"label_value_{label}__gte": "5", f"label_value_{label}__lte": "5"}
    assert listed(client, not_labels=label, **number) == ([], 0)


def test_an_unknown_label_without_its_number_is_not_found(client: Client) -> None:
    query = {"not_labels": LABEL, f"label_value_{LABEL}__gte": "5"}
    assert client.get(IMAGES, **query).status == 404


@pytest.mark.parametrize(
    ("least", "most", "expected"),
    [
        ("-3", "-3", [1, 2]),
        ("-3.0", "0", [1, 2, 3]),
        ("2.5", "2.5", [4]),
        ("-1e2", "1e2", [0, 1, 2, 3, 4, 5]),
        ("3", "-3", []),
    ],
)
def test_numbers_may_be_negative_whole_or_not(
    client: Client, images: list[str], least: str, most: str, expected: list[int]
) -> None:
    label = client.label(type="value")["id"]
    for image, value in zip(images, (-100, -3, -3.0, 0, 2.5, 100), strict=True):
        body = {"label_id": label, "value": value}
        assert client.post(f"{IMAGES}/{image}/add-label", body).status == 200
    found, count = listed(
        client, **{f"label_value_{label}__gte": least, f"label_value_{label}__lte": most}
    )
    assert (sorted(found), count) == (sorted(images[at] for at in expected), len(expected))


def test_no_object_is_detected_yet(client: Client, images: list[str]) -> None:
    assert images
    assert listed(client, detection_labels=new_id()) == ([], 0)


LABEL = new_id()


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"test": "maybe"}, "test"),
        ({"test": "1"}, "test"),
        ({"real": "ja"}, "real"),
        ({"verified": "-1"}, "verified"),
        ({"verified": "two"}, "verified"),
        ({"verified": "²"}, "verified"),
        ({"verified": "9" * 5000}, "verified"),
        ({f"label_value_{LABEL}__gte": "much"}, f"label_value_{LABEL}__gte"),
        ({f"label_value_{LABEL}__lte": "nan"}, f"label_value_{LABEL}__lte"),
        ({f"label_value_{LABEL}__lte": "1e999"}, f"label_value_{LABEL}__lte"),
        ({f"label_value_{LABEL}__lte": "1", f"label_value_{new_id()}__gte": "0"}, "label_value"),
        ({f"label_value_{LABEL}__lte": "1", "labels": new_id()}, "label_value"),
        ({"not_labels": LABEL, "labels": LABEL}, "not_labels"),
        ({"not_labels": LABEL, f"label_value_{new_id()}__lte": "1"}, "not_labels"),
        ({"labels": LABEL, "label": new_id()}, "label"),
        ({"test": "maybe", "detection_labels": LABEL}, "test"),
    ],
    ids=str,
)
def test_a_wrong_filter_is_refused_by_name(
    client: Client, query: dict[str, str], name: str
) -> None:
    reply = client.get(IMAGES, **query)
    assert reply.status == 400
    assert reply.json["detail"].startswith(name)


@pytest.mark.parametrize("name", ["labels", "label", "not_labels", "label_value_{}__gte"])
@pytest.mark.parametrize("label_id", [new_id(), "nonsense"])
def test_an_unknown_label_is_not_found(client: Client, name: str, label_id: str) -> None:
    query = {name.format(label_id): "1" if "{}" in name else label_id}
    assert client.get(IMAGES, **query).status == 404
