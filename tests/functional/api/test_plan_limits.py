"""Plans limit how many tasks and labels a workspace has."""

from typing import Any

import pytest
from oriel.domain.label import MAX_LABELS_OF_WORKSPACE
from oriel.domain.task import MAX_TASKS_OF_WORKSPACE

from tests.fakes.billing import LARGE, OPEN, SMALL
from tests.functional.api.conftest import Client, World
from tests.functional.api.test_billing import agree

TASKS, LABELS = "/recognition/v2/task", "/recognition/v2/label"
TASK: dict[str, Any] = {"name": "F", "type": "multi_class"}
LABEL: dict[str, Any] = {"name": "bolt"}


@pytest.fixture
def small(world: World, client: Client) -> Client:
    """A workspace whose plan has room for three tasks and five labels."""
    agree(world, client, SMALL.id)
    return client


@pytest.mark.parametrize(("path", "body", "most"), [(TASKS, TASK, 3), (LABELS, LABEL, 5)])
def test_what_the_plan_has_no_room_for_is_refused_in_words(
    world: World, small: Client, path: str, body: dict[str, Any], most: int
) -> None:
    for _ in range(most):
        assert small.post(path, body).status == 201
    refused = small.post(path, body)
    assert (refused.status, refused.json["code"]) == (403, "plan_limit")
    assert refused.json["detail"] == (
        "With the plan Small a workspace holds at most 3 tasks and 5 labels; delete some first, or "
        "choose another plan"
    )
    assert small.get(path).json["count"] == most
    stored = world.billing_accounts.find(small.workspace)
    assert stored is not None
    agree(world, small, LARGE.id, revision=stored.revision)
    assert small.post(path, body).status == 201


def test_a_tagging_task_takes_the_room_of_a_label_too(small: Client) -> None:
    for _ in range(4):
        small.label()
    small.task(type="multi_label")
    assert small.post(TASKS, {**TASK, "type": "multi_label"}).status == 403
    assert small.post(LABELS, LABEL).status == 403
    assert small.post(TASKS, TASK).status == 201


def test_a_deletion_makes_room(small: Client) -> None:
    made = [small.task()["id"] for _ in range(3)]
    assert small.post(TASKS, TASK).status == 403
    assert small.call("DELETE", f"{TASKS}/{made[0]}").status == 204
    assert small.post(TASKS, TASK).status == 201


def test_another_workspaces_plan_limits_nobody_else(small: Client, stranger: Client) -> None:
    for _ in range(4):
        small.post(TASKS, TASK)
        stranger.task()
    assert (small.get(TASKS).json["count"], stranger.get(TASKS).json["count"]) == (3, 4)


def test_limits_say_what_there_is_room_for(small: Client, stranger: Client) -> None:
    limits = small.get("/account/v2/limits").json["workspace"]
    assert (limits["tasks"], limits["labels"]) == (SMALL.limits.tasks, SMALL.limits.labels)
    assert OPEN.limits.tasks is None
    limits = stranger.get("/account/v2/limits").json["workspace"]
    assert limits["tasks"] == MAX_TASKS_OF_WORKSPACE
    assert limits["labels"] == MAX_LABELS_OF_WORKSPACE
