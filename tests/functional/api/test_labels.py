from typing import Any

import pytest
from oriel.domain.ids import new_id
from oriel.domain.label import MAX_LABELS_OF_WORKSPACE, Label, LabelType

from tests.functional.api.conftest import Client, World

LABELS = "/recognition/v2/label"
TASKS = "/recognition/v2/task"


def listed(client: Client, **query: str) -> list[str]:
    answer = client.get(f"{LABELS}/", **query).json
    assert answer["count"] == len(answer["results"])
    return [label["name"] for label in answer["results"]]


def attach(client: Client, task: dict[str, Any], label: dict[str, Any]) -> None:
    body = {"label_id": label["id"]}
    assert client.post(f"{TASKS}/{task['id']}/add-label", body).status == 200


def test_a_new_label_answers_every_field_of_the_contract(client: Client) -> None:
    label = client.label(name="bolt", type="tag", description="M8", output_name=None)
    assert {**label, "id": None} == {
        "id": None,
        "workspace": client.workspace,
        "name": "bolt",
        "type": "tag",
        "description": "M8",
        "output_name": None,
        "images_count": 0,
        "tasks_count": 0,
        "negative_for_task": None,
        "recognition_tasks": [],
        "created": "2026-11-21T13:38:22.784359Z",
    }
    assert client.get(f"{LABELS}/{label['id']}").json == label


@pytest.mark.parametrize("empty", [None, "", "  "])
def test_an_empty_output_name_is_none(client: Client, empty: str | None) -> None:
    """The public client falls back to the name; an empty text would be a name too."""
    assert client.label(output_name=empty)["output_name"] is None


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_an_update_changes_only_what_is_given(client: Client, method: str) -> None:
    label = client.label(description="before", output_name="Bolt")
    path = f"{LABELS}/{label['id']}"
    changed = client.call(method, path, {"name": "nut", "type": "tag", "images_count": 9})
    assert changed.json == {**label, "name": "nut"}
    renamed = client.call(method, path, {"output_name": " Nut ", "description": ""})
    assert renamed.json == {**label, "name": "nut", "output_name": "Nut", "description": ""}
    emptied = client.call(method, path, {"output_name": "", "name": None})
    assert emptied.json == {**label, "name": "nut", "output_name": None, "description": ""}
    assert client.get(path).json == emptied.json
    assert client.call(method, path, {"name": ""}).status == 400


class TestSearch:
    @pytest.fixture(autouse=True)
    def _some_labels(self, world: World, client: Client) -> None:
        self.task = client.task(type="multi_label", name="Fasteners")
        names = [("Long bolt", "tag"), ("BOLT", "category"), ("bolted", "tag"), ("nut", "tag")]
        for name, kind in names:
            world.clock.advance(1)
            label = client.label(name=name, type=kind)
            if name in {"bolted", "nut"}:
                attach(client, self.task, label)

    def test_finds_a_part_of_a_name_in_upper_and_lower_case(self, client: Client) -> None:
        assert listed(client, search="bOlT") == ["Long bolt", "BOLT", "bolted"]
        assert listed(client, search=" bolt") == ["Long bolt"]
        assert listed(client, search="screw") == []

    def test_is_combined_with_type_and_task(self, client: Client) -> None:
        assert listed(client, type="category") == ["BOLT"]
        assert listed(client, search="bolt", type="tag") == ["Long bolt", "bolted"]
        assert listed(client, task=self.task["id"]) == ["Fasteners", "bolted", "nut"]
        assert listed(client, task=self.task["id"], search="BOLT") == ["bolted"]
        assert listed(client, task=self.task["id"], search="bolt", type="category") == []
        assert listed(client, task="", search="", type="") == listed(client)

    def test_leads_through_all_pages(self, client: Client) -> None:
        first = client.get(LABELS, search="bolt", page_size="2").json
        cursor = first["next"].partition("page=")[2]
        assert "search=bolt" in first["next"]
        second = client.get(LABELS, search="bolt", page_size="2", page=cursor).json
        names = [label["name"] for label in first["results"] + second["results"]]
        assert names == ["Long bolt", "BOLT", "bolted"]
        assert (first["count"], second["count"], second["next"]) == (3, 3, None)

    def test_refuses_a_type_that_there_is_not_by_name(self, client: Client) -> None:
        reply = client.get(LABELS, type="word")
        assert (reply.status, reply.json["detail"][:5]) == (400, "type:")


def test_a_full_workspace_takes_no_more_labels_and_no_more_tagging_tasks(
    world: World, client: Client
) -> None:
    now = world.clock()
    for number in range(MAX_LABELS_OF_WORKSPACE):
        label = Label(new_id(), client.workspace, str(number), LabelType.TAG, now)
        world.core.labels[label.id] = label
    reply = client.post(LABELS, {"name": "one more"})
    assert (reply.status, reply.json["code"]) == (409, "conflict")
    assert client.post(TASKS, {"name": "tags", "type": "multi_label"}).status == 409
    assert client.get(TASKS).json["count"] == 0
    assert client.post(TASKS, {"name": "classes", "type": "multi_class"}).status == 201


class TestNegativeLabel:
    @pytest.fixture
    def task(self, client: Client) -> dict[str, Any]:
        return client.task(type="multi_label", name="Defects")

    @pytest.fixture
    def negative(self, client: Client, task: dict[str, Any]) -> dict[str, Any]:
        [label] = client.get(f"{LABELS}/", task=task["id"]).json["results"]
        found: dict[str, Any] = label
        return found

    def test_comes_with_a_tagging_task(
        self, client: Client, task: dict[str, Any], negative: dict[str, Any]
    ) -> None:
        assert (negative["name"], negative["type"]) == ("Defects", "tag")
        assert (negative["negative_for_task"], negative["tasks_count"]) == (task["id"], 1)
        assert task["labels_count"] == 1
        assert client.get("/account/v2/details").json["stats"]["labels_count"] == 1

    @pytest.mark.parametrize("kind", ["multi_class", "regression"])
    def test_comes_with_no_other_task(self, client: Client, kind: str) -> None:
        task = client.task(type=kind)
        assert client.get(f"{LABELS}/", task=task["id"]).json["results"] == []

    def test_cannot_be_deleted_or_taken_off_by_itself(
        self, client: Client, task: dict[str, Any], negative: dict[str, Any]
    ) -> None:
        deleted = client.call("DELETE", f"{LABELS}/{negative['id']}")
        body = {"label_id": negative["id"]}
        removed = client.post(f"{TASKS}/{task['id']}/remove-label", body)
        for reply in (deleted, removed):
            assert (reply.status, reply.json["code"]) == (409, "conflict")
            assert "goes with its task" in reply.json["detail"]
        assert client.get(f"{LABELS}/", task=task["id"]).json["results"] == [negative]

    def test_belongs_to_its_own_task_alone(self, client: Client, negative: dict[str, Any]) -> None:
        other = client.task(type="multi_label")
        body = {"label_id": negative["id"]}
        assert client.post(f"{TASKS}/{other['id']}/add-label", body).status == 409

    def test_goes_with_its_task_and_images_and_other_labels_stay(
        self, client: Client, task: dict[str, Any], negative: dict[str, Any]
    ) -> None:
        tag = client.label(type="tag")
        attach(client, task, tag)
        image = client.image(labels=[negative["id"], tag["id"]])
        assert client.call("DELETE", f"{TASKS}/{task['id']}/").status == 204
        assert client.get(f"{LABELS}/{negative['id']}").status == 404
        assert listed(client) == [tag["name"]]
        left = client.get(f"/recognition/v2/training-image/{image['id']}").json["labels"]
        assert [(label["id"], label["images_count"]) for label in left] == [(tag["id"], 1)]


class TestAnnotationHierarchy:
    def test_tasks_follow_a_label_until_they_are_taken_off(
        self, world: World, client: Client
    ) -> None:
        label = client.label()
        tasks = []
        for _ in range(2):
            world.clock.advance(1)
            tasks.append(client.task()["id"])
        for task_id in (*reversed(tasks), tasks[0]):
            reply = client.post(f"{LABELS}/{label['id']}/add-task", {"task_id": task_id})
            assert reply.status == 200
        shown = client.get(f"{LABELS}/{label['id']}").json
        assert shown["recognition_tasks"] == [{"id": task_id} for task_id in tasks]
        for _ in range(2):
            body = {"task_id": tasks[0]}
            reply = client.post(f"{LABELS}/{label['id']}/remove-task", body)
            assert reply.json["recognition_tasks"] == [{"id": tasks[1]}]

    def test_a_deleted_task_vanishes_from_it(self, client: Client) -> None:
        label, task = client.label(), client.task()
        client.post(f"{LABELS}/{label['id']}/add-task", {"task_id": task["id"]})
        client.call("DELETE", f"{TASKS}/{task['id']}")
        assert client.get(f"{LABELS}/{label['id']}").json["recognition_tasks"] == []

    @pytest.mark.parametrize("action", ["add-task", "remove-task"])
    @pytest.mark.parametrize("task_id", [new_id(), "", "no id", "x" * 5000])
    def test_an_unknown_task_is_not_found(self, client: Client, action: str, task_id: str) -> None:
        label = client.label()
        reply = client.post(f"{LABELS}/{label['id']}/{action}", {"task_id": task_id})
        assert reply.status == 404

    def test_a_task_of_another_workspace_cannot_follow(
        self, client: Client, stranger: Client
    ) -> None:
        label, theirs = client.label(), stranger.task()
        reply = client.post(f"{LABELS}/{label['id']}/add-task", {"task_id": theirs["id"]})
        assert reply.status == 404
        assert client.get(f"{LABELS}/{label['id']}").json["recognition_tasks"] == []
