from typing import Any

import pytest
from oriel.domain.ids import new_id

from tests.functional.api.conftest import Client

IMAGES = "/recognition/v2/training-image"


def labels_of(client: Client, image: dict[str, Any]) -> dict[str, tuple[float | None, bool]]:
    shown = client.get(f"{IMAGES}/{image['id']}").json["labels"]
    return {label["id"]: (label["value"], label["proposal"]) for label in shown}


@pytest.mark.parametrize("action", ["add-label", "update-label", "update-value"])
def test_a_number_is_attached_and_changed_by_any_of_its_spellings(
    client: Client, action: str
) -> None:
    image, label = client.image(), client.label(type="value")
    for value in (4.73, 5):
        reply = client.post(
            f"{IMAGES}/{image['id']}/{action}", {"label_id": label["id"], "value": value}
        )
        (shown,) = reply.json["labels"]
        assert (shown["value"], shown["proposal"], shown["images_count"]) == (value, False, 1)
    assert labels_of(client, image) == {label["id"]: (5, False)}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("value", None),
        *[("value", wrong) for wrong in ("NaN", "inf", "much", [1], {"a": 1}, True)],
        ("category", 1.0),
        ("tag", 0),
    ],
)
def test_a_number_that_does_not_fit_its_label_is_refused_by_name(
    client: Client, kind: str, value: Any
) -> None:
    image, label = client.image(), client.label(type=kind)
    body = {"label_id": label["id"], "value": value}
    reply = client.post(f"{IMAGES}/{image['id']}/add-label", body)
    assert (reply.status, reply.json["detail"][:5]) == (400, "value"), reply.text
    assert labels_of(client, image) == {}


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_number_that_json_should_not_hold_is_refused(client: Client, text: str) -> None:
    image, label = client.image(), client.label(type="value")
    body = f'{{"label_id": "{label["id"]}", "value": {text}}}'
    assert client.call("POST", f"{IMAGES}/{image['id']}/add-label", body).status == 400


def test_an_upload_cannot_carry_a_label_that_needs_a_number(client: Client) -> None:
    label = client.label(type="value")
    reply = client.post(IMAGES, {"base64": "aGVsbG8=", "labels": [label["id"]]})
    assert reply.status == 400


def test_an_image_carries_45_labels_at_most(client: Client) -> None:
    image, labels = client.image(), [client.label()["id"] for _ in range(46)]
    body = {"images": [image["id"]], "labels-add": labels[:45]}
    assert client.post(f"{IMAGES}/update", body).json["updated"] == 1
    reply = client.post(f"{IMAGES}/{image['id']}/add-label", {"label_id": labels[45]})
    assert (reply.status, reply.json["code"]) == (409, "conflict")
    assert "45" in reply.json["detail"]


class TestManyAtOnce:
    def test_images_and_carriers_of_labels_are_changed(self, client: Client) -> None:
        old, new, kept = (client.label()["id"] for _ in range(3))
        named = [client.image() for _ in range(3)]
        carriers = [client.image(labels=[old]) for _ in range(3)]
        other = client.image(labels=[kept])
        body = {
            "images": [image["id"] for image in [*named, carriers[0]]],
            "labels": [old],
            "labels-add": [new],
            "labels-remove": [old],
            "workspace": "Default",
            "mark-test": True,
            "unmark-real": True,
        }
        answer = client.post(f"{IMAGES}/update", body).json
        assert answer == {"updated": 6, "failed": [], "next": None}
        for image in [*named, *carriers]:
            shown = client.get(f"{IMAGES}/{image['id']}").json
            assert [label["id"] for label in shown["labels"]] == [new]
            assert (shown["test_image"], shown["real"]) == (True, False)
        assert labels_of(client, other) == {kept: (None, False)}
        assert client.get(f"/recognition/v2/label/{new}").json["images_count"] == 6
        assert client.get(f"/recognition/v2/label/{old}").json["images_count"] == 0

    def test_each_failure_is_told_and_stops_no_other(
        self, client: Client, stranger: Client
    ) -> None:
        label, good, foreign = client.label()["id"], client.image()["id"], stranger.image()["id"]
        ids = [good, new_id(), "nonsense", foreign]
        body = {"images": ids, "labels-add": [label], "unmark-test": True}
        for _ in range(2):
            answer = client.post(f"{IMAGES}/update", body).json
            assert (answer["updated"], answer["next"]) == (1, None)
            assert [one["id"] for one in answer["failed"]] == ids[1:]
            assert {one["detail"] for one in answer["failed"]} == {"There is no image with this id"}
        assert stranger.get(f"{IMAGES}/{foreign}").json["labels"] == []

    @pytest.mark.parametrize(
        ("body", "word"),
        [
            ({"images": "a"}, "images"),
            ({"images": [1]}, "images.0"),
            ({"images": ["a"] * 1001, "mark-test": True}, "images"),
            ({"images": []}, "nothing to change"),
            ({"mark-test": True, "unmark-test": True}, "mark"),
            ({"mark-real": True, "unmark-real": True}, "mark"),
            ({"mark-real": "perhaps"}, "mark-real"),
            ({"labels-add": "x"}, "labels-add"),
            ({"mark-test": True, "page": "2"}, "page"),
            ({"mark-test": True, "page": "0.nonsense"}, "page"),
        ],
        ids=str,
    )
    def test_what_no_image_can_take_is_refused(
        self, client: Client, body: dict[str, Any], word: str
    ) -> None:
        reply = client.post(f"{IMAGES}/update", body)
        assert reply.status == 400
        assert word in reply.json["detail"]

    def test_labels_that_cannot_be_meant_are_refused(self, client: Client) -> None:
        image, label, number = client.image(), client.label(), client.label(type="value")
        one, both = {"images": [image["id"]]}, [label["id"]]
        for body, status in (
            ({"labels-add": both, "labels-remove": both}, 400),
            ({"labels-add": [number["id"]]}, 400),
            ({"labels-add": [new_id()]}, 404),
            ({"labels-remove": [new_id()]}, 404),
            ({"labels": [new_id()], "mark-test": True}, 404),
        ):
            assert client.post(f"{IMAGES}/update", one | body).status == status
        assert labels_of(client, image) == {}

    def test_more_than_one_call_changes_goes_in_parts(self, client: Client) -> None:
        many, few = client.label()["id"], client.label()["id"]
        images = [client.image(labels=[many])["id"] for _ in range(1002)]
        extra = client.image(labels=[few])["id"]
        body: dict[str, Any] = {
            "images": images[:1],
            "labels": [many, few],
            "labels-remove": [many],
            "mark-test": True,
        }
        refused = client.post(f"{IMAGES}/update", body)
        assert refused.status == 400
        assert '"page": "1"' in refused.json["detail"]
        page, updated = "1", 0
        while page is not None:
            answer = client.post(f"{IMAGES}/update", body | {"page": page}).json
            assert answer["failed"] == []
            updated, page = updated + answer["updated"], answer["next"]
        assert updated == 1 + 1001 + 1
        assert client.get(IMAGES, test="True").json["count"] == 1003
        assert client.get(f"/recognition/v2/label/{many}").json["images_count"] == 0
        assert client.get(f"{IMAGES}/{extra}").json["test_image"]


def test_what_is_too_long_for_an_id_is_not_repeated(client: Client) -> None:
    body = {"images": ["x" * 5000] * 1000, "mark-test": True}
    refused = client.post("/recognition/v2/training-image/update", body)
    assert refused.status == 400
    assert "xxx" not in refused.json["detail"]
    assert len(refused.json["detail"]) < 100_000
