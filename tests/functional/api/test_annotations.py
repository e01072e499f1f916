from dataclasses import replace
from typing import Any

import pytest
from oriel.domain.access import Role
from oriel.domain.ids import new_id

from tests.functional.api.conftest import Client, World
from tests.functional.api.test_permissions import member_of

VERIFICATIONS = "/annotate/v2/verification"
POINTS = "/annotate/v2/point"
IMAGES = "/recognition/v2/training-image"


@pytest.fixture
def image(client: Client) -> dict[str, Any]:
    return client.image()


def verified(client: Client, image: dict[str, Any]) -> int:
    count: int = client.get(f"{IMAGES}/{image['id']}").json["verifyCount"]
    return count


class TestVerifications:
    def test_follow_what_the_public_client_does(
        self, client: Client, image: dict[str, Any]
    ) -> None:
        body = {"user": client.user, "image_id": image["id"]}
        made = client.post(VERIFICATIONS, body)
        assert made.status == 201
        assert made.json == {
            "id": made.json["id"],
            "workspace": client.workspace,
            "image": image["id"],
            "user": client.user,
            "created": "2026-11-21T13:38:22.784359Z",
        }
        assert client.post(VERIFICATIONS, body).json == made.json
        listed = client.get(f"{VERIFICATIONS}/", image=image["id"]).json
        assert (listed["count"], listed["next"], listed["results"]) == (1, None, [made.json])
        assert verified(client, image) == 1
        path = f"{VERIFICATIONS}/{made.json['id']}"
        assert client.call("DELETE", path).status == 204
        assert client.call("DELETE", path).status == 404
        assert verified(client, image) == 0

    def test_name_the_caller_where_no_user_is_named(
        self, client: Client, image: dict[str, Any]
    ) -> None:
        made = client.made(VERIFICATIONS, image_id=image["id"], user=None)
        assert made["user"] == client.user

    def test_of_an_image_are_all_on_one_page(
        self, world: World, client: Client, image: dict[str, Any]
    ) -> None:
        for role in (Role.OWNER, Role.EDITOR, Role.ANNOTATOR):
            member_of(world, client, role).made(VERIFICATIONS, image_id=image["id"])
        listed = client.get(VERIFICATIONS, image=image["id"], page_size="1").json
        assert (len(listed["results"]), listed["count"], listed["next"]) == (3, 3, None)
        assert verified(client, image) == 3
        paged = client.get(VERIFICATIONS, page_size="1").json
        assert (len(paged["results"]), paged["count"]) == (1, 3)
        assert paged["next"].startswith(f"{VERIFICATIONS}/?")

    def test_are_made_for_another_by_an_owner_alone(
        self, world: World, client: Client, image: dict[str, Any]
    ) -> None:
        annotator = member_of(world, client, Role.ANNOTATOR)
        body = {"image_id": image["id"], "user": annotator.user}
        assert client.post(VERIFICATIONS, body).json["user"] == annotator.user
        refused = annotator.post(VERIFICATIONS, {**body, "user": client.user})
        assert (refused.status, refused.json["code"]) == (403, "forbidden")
        assert verified(client, image) == 1

    @pytest.mark.parametrize("user", [new_id(), "nobody", "x" * 3000])
    def test_are_not_made_for_who_is_no_member(
        self, client: Client, image: dict[str, Any], user: str
    ) -> None:
        reply = client.post(VERIFICATIONS, {"image_id": image["id"], "user": user})
        assert (reply.status, reply.json["detail"][:5]) == (400, "user:")
        assert verified(client, image) == 0

    def test_of_an_unknown_image_are_not_found(self, client: Client, stranger: Client) -> None:
        for image_id in (new_id(), "no id", stranger.image()["id"]):
            assert client.post(VERIFICATIONS, {"image_id": image_id}).status == 404
            assert client.get(VERIFICATIONS, image=image_id).status == 404


class TestPoints:
    @pytest.mark.parametrize("data", [{"x": 0.5, "y": [1, None]}, [1, 2], "text", 7, None])
    def test_come_back_as_they_were_sent(
        self, client: Client, image: dict[str, Any], data: object
    ) -> None:
        made = client.made(POINTS, image=image["id"], name=" scratch ", data=data)
        assert {**made, "id": None} == {
            "id": None,
            "workspace": client.workspace,
            "image": image["id"],
            "name": "scratch",
            "data": data,
            "created": "2026-11-21T13:38:22.784359Z",
        }
        for query in ({"image": image["id"]}, {}):
            listed = client.get(f"{POINTS}/", **query).json
            assert (listed["results"], listed["count"], listed["next"]) == ([made], 1, None)
        assert client.call("DELETE", f"{POINTS}/{made['id']}").status == 204
        assert client.call("DELETE", f"{POINTS}/{made['id']}").status == 404
        assert client.get(f"{POINTS}/", image=image["id"]).json["results"] == []

    @pytest.mark.parametrize(
        ("fields", "word"),
        [
            ({"name": ""}, "name"),
            ({"data": "x" * 4096}, "data"),
            ({"data": {"a": "\ud800"}}, "data"),
            ({"image": 5}, "image"),
        ],
    )
    def test_without_sense_are_refused_by_name(
        self, client: Client, image: dict[str, Any], fields: dict[str, Any], word: str
    ) -> None:
        reply = client.post(POINTS, {"image": image["id"], "name": "n", "data": {}} | fields)
        assert (reply.status, reply.json["detail"].partition(":")[0]) == (400, word)

    def test_go_with_their_image(self, client: Client, image: dict[str, Any]) -> None:
        client.made(POINTS, image=image["id"], name="n")
        client.made(VERIFICATIONS, image_id=image["id"])
        assert client.call("DELETE", f"{IMAGES}/{image['id']}").status == 204
        for path in (POINTS, VERIFICATIONS):
            assert client.get(path).json["count"] == 0
            assert client.get(path, image=image["id"]).status == 404


def test_an_image_in_another_workspace_of_the_caller_is_found_by_its_id(
    client: Client, stranger: Client
) -> None:
    """The public client names no workspace when it sets points."""
    image, foreign = stranger.image(), client.image()
    both = replace(client, others={stranger.workspace: Role.ANNOTATOR})
    point = both.made(POINTS, image=image["id"], name="n")
    verification = both.made(VERIFICATIONS, image_id=image["id"])
    assert {point["workspace"], verification["workspace"]} == {stranger.workspace}
    assert both.get(POINTS, image=image["id"]).json["results"] == [point]
    assert both.get(VERIFICATIONS, image=image["id"]).json["results"] == [verification]
    assert both.get(POINTS).json["count"] == 0
    assert both.get(POINTS, workspace=stranger.workspace).json["count"] == 1
    named = {"image": foreign["id"], "name": "n", "workspace": stranger.workspace}
    assert both.post(POINTS, named).status == 404
    reader = replace(client, others={stranger.workspace: Role.VIEWER})
    assert reader.post(POINTS, {"image": image["id"], "name": "n"}).status == 404
    for path in (f"{POINTS}/{point['id']}", f"{VERIFICATIONS}/{verification['id']}"):
        assert both.call("DELETE", path).status == 204
