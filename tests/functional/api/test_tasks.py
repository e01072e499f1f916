import pytest
from oriel.domain.augmentation import OPERATIONS
from oriel.domain.ids import new_id
from oriel.domain.task import MAX_TASKS_OF_WORKSPACE, Task, TaskType

from tests.functional.api.conftest import Client, World

TASKS = "/recognition/v2/task"
GUESSED = dict.fromkeys(OPERATIONS)
ABSTENTION = {"mode": "off", "threshold": None, "target_error": None, "costs": None}


def test_a_new_task_answers_every_field_of_the_contract(client: Client) -> None:
    task = client.task(name=" Fasteners ", description=None)
    assert {**task, "id": None} == {
        "id": None,
        "workspace": client.workspace,
        "name": "Fasteners",
        "type": "multi_class",
        "description": "",
        "production_version": -1,
        "production_since": None,
        "production_set_by": None,
        "production_reason": None,
        "activation": {"policy": "if-not-worse"},
        "traffic": None,
        "training": {"augmentation": GUESSED},
        "abstention": ABSTENTION,
        "last_train_status": "NOT_TRAINED",
        "labels_count": 0,
        "store_images": False,
        "created": "2026-11-21T13:38:22.784359Z",
    }
    assert client.get(f"{TASKS}/{task['id']}").json == task


@pytest.mark.parametrize("slash", ["", "/"])
def test_every_path_answers_with_and_without_a_slash(client: Client, slash: str) -> None:
    task = client.task()
    assert client.get(f"{TASKS}{slash}").json["count"] == 1
    assert client.get(f"{TASKS}/{task['id']}{slash}").json == task
    assert client.call("DELETE", f"{TASKS}/{task['id']}{slash}").status == 204


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_an_update_changes_only_what_is_given(client: Client, method: str) -> None:
    task = client.task(description="before")
    changed = client.call(method, f"{TASKS}/{task['id']}", {"name": "G", "labels_count": 7})
    assert changed.json == {**task, "name": "G"}
    emptied = client.call(method, f"{TASKS}/{task['id']}", {"name": None, "description": ""})
    assert emptied.json == {**task, "name": "G", "description": ""}


def test_a_task_says_whether_pictures_may_be_kept(client: Client) -> None:
    assert client.task(store_images=True)["store_images"]
    path = f"{TASKS}/{client.task()['id']}"
    assert client.call("PATCH", path, {"store_images": True}).json["store_images"]
    assert client.call("PUT", path, {"name": "G", "store_images": None}).json["store_images"]
    assert not client.call("PATCH", path, {"store_images": False}).json["store_images"]
    wrong = client.call("PATCH", path, {"store_images": [1]})
    assert (wrong.status, wrong.json["code"]) == (400, "invalid_input")
    assert "store_images" in wrong.json["detail"]


def test_a_task_says_when_new_versions_go_into_production(client: Client) -> None:
    manual = client.task(activation={"policy": "manual"})
    assert manual["activation"] == {"policy": "manual"}
    path = f"{TASKS}/{manual['id']}"
    always = {"activation": {"policy": "always"}}
    assert client.call("PATCH", path, always).json == {**manual, **always}
    assert client.call("PATCH", path, {"name": "G"}).json["activation"] == {"policy": "always"}
    for wrong in ({"policy": "sometimes"}, {}, "always", {"policy": 1}):
        refused = client.call("PATCH", path, {"activation": wrong})
        assert (refused.status, "activation" in refused.json["detail"]) == (400, True)


def test_a_task_says_what_trainings_may_do_to_pictures(client: Client) -> None:
    turned = {"horizontal_flip": False, "color": True}
    made = client.task(training={"augmentation": turned})
    assert made["training"] == {"augmentation": {**GUESSED, **turned}}
    path = f"{TASKS}/{made['id']}"
    assert client.call("PATCH", path, {"name": "G"}).json["training"] == made["training"]
    reset = client.call("PATCH", path, {"training": {"augmentation": {}}}).json
    assert reset["training"] == {"augmentation": GUESSED}
    for wrong in ({"crop": "no"}, {"colour": False}, ["crop"]):
        refused = client.call("PATCH", path, {"training": {"augmentation": wrong}})
        assert (refused.status, "augmentation" in refused.json["detail"]) == (400, True)


def test_a_task_says_when_its_model_does_not_know(client: Client) -> None:
    costs = {"abstaining": 0.2, "otherwise": 2.0, "wrong": {"a": {"b": 7.5}}}
    settings: list[dict[str, object]] = [
        {"mode": "threshold", "threshold": 0.8},
        {"mode": "target_error", "target_error": 0.02},
        {"mode": "costs", "costs": costs},
        {"mode": "off"},
    ]
    path = f"{TASKS}/{client.task()['id']}"
    for setting in settings:
        wanted = {**ABSTENTION, **setting}
        assert client.task(abstention=setting)["abstention"] == wanted
        assert client.call("PATCH", path, {"abstention": setting}).json["abstention"] == wanted
        assert client.call("PATCH", path, {"name": "G"}).json["abstention"] == wanted


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"mode": "sometimes"}, "mode"),
        ({"mode": "threshold"}, "the mode threshold needs threshold"),
        ({"mode": "off", "costs": {"abstaining": 1}}, "the mode off takes no costs"),
        ({"mode": "threshold", "threshold": 1.5}, "threshold"),
        ({"mode": "target_error", "target_error": 0}, "target_error"),
        ({"mode": "costs", "costs": {"abstaining": -1}}, "abstaining"),
        ({"mode": "costs", "costs": {"abstaining": 1, "wrong": {"a": {"b": "x"}}}}, "wrong"),
        (
            {
                "mode": "costs",
                "costs": {"abstaining": 1, "wrong": {"a": {str(n): 1 for n in range(1001)}}},
            },
            "1000 pairs",
        ),
        (
            {
                "mode": "costs",
                "costs": {"abstaining": 1, "wrong": {str(n): {} for n in range(1001)}},
            },
            "1000 pairs",
        ),
        *(
            ({"mode": "costs", "costs": {"abstaining": 1, "wrong": wrong}}, "ids of labels")
            for wrong in ({"a" * 37: {"b": 1}}, {"a": {"b" * 37: 1}})
        ),
    ],
)
def test_an_abstention_that_cannot_be_is_refused_by_name(
    client: Client, wrong: dict[str, object], named: str
) -> None:
    task = client.task()
    refused = client.call("PATCH", f"{TASKS}/{task['id']}", {"abstention": wrong})
    assert (refused.status, refused.json["code"]) == (400, "invalid_input")
    assert "abstention" in refused.json["detail"]
    assert named in refused.json["detail"]
    assert client.get(f"{TASKS}/{task['id']}").json == task


@pytest.mark.parametrize("kind", ["multi_label", "regression"])
def test_a_task_without_one_answer_cannot_abstain(client: Client, kind: str) -> None:
    setting = {"abstention": {"mode": "threshold", "threshold": 0.8}}
    task = client.task(type=kind, abstention={"mode": "off"})
    refused = client.call("PATCH", f"{TASKS}/{task['id']}", setting)
    assert (refused.status, "only a multi_class task" in refused.json["detail"]) == (400, True)
    new = client.post(TASKS, {"name": "F", "type": kind, **setting})
    assert (new.status, "abstention" in new.json["detail"]) == (400, True)


def test_a_deleted_task_is_gone_and_its_labels_stay(client: Client) -> None:
    task, label = client.task(), client.label()
    client.post(f"{TASKS}/{task['id']}/add-label", {"label_id": label["id"]})
    reply = client.call("DELETE", f"{TASKS}/{task['id']}/")
    assert (reply.status, reply.text) == (204, "")
    again = client.call("DELETE", f"{TASKS}/{task['id']}/")
    assert (again.status, again.json["code"]) == (404, "not_found")
    assert client.get(f"/recognition/v2/label/{label['id']}").json == label


def test_labels_are_added_and_removed_any_number_of_times(client: Client) -> None:
    task, label = client.task(), client.label()
    body = {"label_id": label["id"]}
    for _ in range(2):
        assert client.post(f"{TASKS}/{task['id']}/add-label", body).json["labels_count"] == 1
    listed = client.get("/recognition/v2/label/", task=task["id"]).json
    assert [found["id"] for found in listed["results"]] == [label["id"]]
    for _ in range(2):
        assert client.post(f"{TASKS}/{task['id']}/remove-label", body).json["labels_count"] == 0


def test_a_label_of_another_type_does_not_fit(client: Client) -> None:
    task, tag = client.task(), client.label(type="tag")
    reply = client.post(f"{TASKS}/{task['id']}/add-label", {"label_id": tag["id"]})
    assert reply.status == 400
    assert "category" in reply.json["detail"]


@pytest.mark.parametrize("action", ["add-label", "remove-label"])
@pytest.mark.parametrize("label_id", [new_id(), "", "no id", "x" * 5000])
def test_an_unknown_label_is_not_found(client: Client, action: str, label_id: str) -> None:
    task = client.task()
    assert client.post(f"{TASKS}/{task['id']}/{action}", {"label_id": label_id}).status == 404


@pytest.mark.parametrize("kind", ["multi_class", "multi_label", "regression"])
def test_a_task_of_each_type_can_be_made(client: Client, kind: str) -> None:
    task = client.task(type=kind)
    assert client.get(f"{TASKS}/{task['id']}").json == task
    assert (task["type"], task["production_version"]) == (kind, -1)


@pytest.mark.parametrize(
    ("kind", "fitting"),
    [("multi_class", "category"), ("multi_label", "tag"), ("regression", "value")],
)
@pytest.mark.parametrize("label_type", ["category", "tag", "value"])
def test_a_task_takes_labels_of_its_type_and_no_others(
    client: Client, kind: str, fitting: str, label_type: str
) -> None:
    task, label = client.task(type=kind), client.label(type=label_type)
    reply = client.post(f"{TASKS}/{task['id']}/add-label", {"label_id": label["id"]})
    assert reply.status == (200 if label_type == fitting else 400)
    if reply.status == 400:
        assert f"labels of the type {fitting}" in reply.json["detail"]


@pytest.mark.parametrize("search", ["STRASSE", "straße", "Straß"])
def test_tasks_are_found_by_a_part_of_their_names(client: Client, search: str) -> None:
    found = [client.task(name=name)["id"] for name in ("Hauptstraße 5", "Nebenstrasse")]
    client.task(name="Allee")
    answer = client.get(TASKS, search=search).json
    assert ({one["id"] for one in answer["results"]}, answer["count"]) == (set(found), 2)
    assert client.get(TASKS, search="nothing like it").json["results"] == []
    assert client.get(TASKS, search="").json["count"] == 3


def test_a_full_workspace_takes_no_more_tasks(world: World, client: Client) -> None:
    now = world.clock()
    for number in range(MAX_TASKS_OF_WORKSPACE):
        task = Task(new_id(), client.workspace, str(number), TaskType.MULTI_CLASS, now)
        world.core.tasks[task.id] = task
    reply = client.post(TASKS, {"name": "one more", "type": "multi_class"})
    assert (reply.status, reply.json["code"]) == (409, "conflict")
