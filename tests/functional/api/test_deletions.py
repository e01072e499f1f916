from dataclasses import replace
from typing import Any

from oriel.domain.access import Role
from oriel.domain.sweep import SweepKind
from oriel.services.deletions import IMAGES_AT_ONCE, LINKS_AT_ONCE, Deletions
from oriel.services.images import Images
from oriel.services.sweep_labels import LabelBroom, WipeBroom
from oriel.services.sweep_tasks import TaskBroom
from oriel.services.sweep_workspaces import WorkspaceBroom
from oriel.services.sweeps import Broom, Sweeper, SweepRequests
from oriel.services.tasks import Tasks
from oriel.services.training import Trainings

from tests.fakes.images import MemoryImageStore
from tests.fakes.labels import MemoryLabelStore
from tests.fakes.members import MemoryMemberStore
from tests.fakes.models import MemoryModelStore
from tests.fakes.sweeps import MemorySweepStore
from tests.fakes.tasks import MemoryTaskStore
from tests.fakes.tokens import MemoryTokenStore
from tests.fakes.workspace_remains import MemoryWorkspaceRemains
from tests.functional.api.conftest import MINIMUM, Client, World

LABEL = "/recognition/v2/label"
IMAGE = "/recognition/v2/training-image"
TASK = "/recognition/v2/task"
WORKSPACE = "/account/v2/workspace"
DELETIONS = "/account/v2/deletion"


def work(world: World) -> None:
    """Let the sweeper handle its messages until there are none."""
    labels, tasks = MemoryLabelStore(world.core, world.clock), MemoryTaskStore(world.core)
    images = Images(MemoryImageStore(world.core), labels, world.blobs, world.clock)
    brooms: dict[SweepKind, Broom] = {
        SweepKind.LABEL: LabelBroom(labels),
        SweepKind.LABEL_WIPE: WipeBroom(labels, images),
        SweepKind.TASK: TaskBroom(
            tasks,
            labels,
            MemoryModelStore(world.core),
            world.blobs,
            world.blobs,
        ),
    }
    store = MemorySweepStore(world.core)
    machine, clock = world.machine, world.clock
    trainings = Trainings(tasks, MemoryModelStore(world.core), machine, MINIMUM, clock)
    requests = SweepRequests(store, world.sweep_queue, clock)
    deletions = Deletions(labels, tasks, LabelBroom(labels), LabelBroom(labels), requests, clock)
    brooms[SweepKind.WORKSPACE] = WorkspaceBroom(
        remains=MemoryWorkspaceRemains(world.core),
        members=MemoryMemberStore(world.core),
        tokens=MemoryTokenStore(world.core),
        tasks=Tasks(tasks, labels, deletions, trainings, clock),
        task_broom=brooms[SweepKind.TASK],
        notifications=world.notifications,
        buckets=[world.blobs],
        clock=clock,
    )
    sweeper = Sweeper(store, world.sweep_queue, brooms, clock)
    while delivered := world.sweep_queue.deliver():
        for workspace_id, subject_id, delay in delivered:
            world.clock.advance(delay)
            sweeper.work(workspace_id, subject_id, lambda: False)


def test_a_small_label_is_gone_when_the_answer_comes(world: World, client: Client) -> None:
    label, image = client.label(), client.image()
    client.post(f"{IMAGE}/{image['id']}/add-label", {"label_id": label["id"]})
    assert client.call("DELETE", f"{LABEL}/{label['id']}").status == 204
    assert world.sweep_queue.waiting == []
    assert client.call("DELETE", f"{LABEL}/{label['id']}").status == 404
    assert client.get(f"{IMAGE}/{image['id']}").json["labels"] == []
    assert client.get(DELETIONS).json["count"] == 0


def test_a_large_label_is_hidden_and_swept(world: World, client: Client) -> None:
    label = client.label()
    images = [client.image(labels=[label["id"]]) for _ in range(LINKS_AT_ONCE + 1)]
    assert client.call("DELETE", f"{LABEL}/{label['id']}").status == 204
    assert client.get(f"{LABEL}/{label['id']}").status == 404
    assert client.get(LABEL).json["results"] == []
    assert client.get(IMAGE, labels=label["id"]).status == 404
    assert client.get(f"{IMAGE}/{images[0]['id']}").json["labels"] == []
    assert client.post(IMAGE, {"base64": "", "labels": [label["id"]]}).status in {400, 404}
    # While it is there, a repeat is answered as the first was.
    assert client.call("DELETE", f"{LABEL}/{label['id']}").status == 204
    [deletion] = client.get(DELETIONS).json["results"]
    assert (deletion["id"], deletion["kind"]) == (label["id"], "label")
    assert (deletion["state"], deletion["removed"]) == ("RUNNING", {})
    work(world)
    assert client.call("DELETE", f"{LABEL}/{label['id']}").status == 404
    [deletion] = client.get(DELETIONS).json["results"]
    assert deletion["state"] == "DONE"
    assert deletion["removed"] == {"links": LINKS_AT_ONCE + 1, "labels": 1}
    assert client.get(IMAGE).json["count"] == LINKS_AT_ONCE + 1


def test_a_wipe_takes_the_images_along(world: World, client: Client) -> None:
    label, other = client.label(), client.label()
    for _ in range(2):
        client.image(labels=[label["id"], other["id"]])
    kept = client.image(labels=[other["id"]])
    assert client.call("DELETE", f"{LABEL}/{label['id']}/wipe").status == 204
    assert [image["id"] for image in client.get(IMAGE).json["results"]] == [kept["id"]]
    assert client.get(f"{LABEL}/{other['id']}").json["images_count"] == 1
    assert len(world.blobs.objects) == 1
    assert world.sweep_queue.waiting == []
    assert client.call("DELETE", f"{LABEL}/{label['id']}/wipe").status == 404


def test_a_large_wipe_is_swept_and_a_plain_deletion_does_not_stop_it(
    world: World, client: Client
) -> None:
    label = client.label()
    for _ in range(IMAGES_AT_ONCE + 1):
        client.image(labels=[label["id"]])
    assert client.call("DELETE", f"{LABEL}/{label['id']}/wipe").status == 204
    assert client.call("DELETE", f"{LABEL}/{label['id']}").status == 204
    work(world)
    assert client.get(IMAGE).json["count"] == 0
    assert world.blobs.objects == {}
    [deletion] = client.get(DELETIONS).json["results"]
    assert (deletion["kind"], deletion["state"]) == ("label_wipe", "DONE")
    assert deletion["removed"] == {"images": IMAGES_AT_ONCE + 1, "labels": 1}


def test_a_strangers_label_is_not_wiped(client: Client, stranger: Client) -> None:
    label = client.label()
    image = client.image(labels=[label["id"]])
    assert stranger.call("DELETE", f"{LABEL}/{label['id']}/wipe").status == 404
    assert stranger.call("DELETE", f"{LABEL}/{label['id']}").status == 404
    assert client.get(f"{IMAGE}/{image['id']}").json["labels"][0]["id"] == label["id"]
    assert stranger.get(DELETIONS).json["count"] == 0


def test_a_task_that_was_never_trained_is_gone_at_once(world: World, client: Client) -> None:
    task = client.task(type="multi_label")
    assert client.call("DELETE", f"{TASK}/{task['id']}").status == 204
    assert client.call("DELETE", f"{TASK}/{task['id']}").status == 404
    assert client.get(LABEL).json["count"] == 0
    assert world.sweep_queue.waiting == []


def test_a_trained_task_is_hidden_and_swept_and_its_models_can_still_be_named(
    world: World, client: Client
) -> None:
    task, model = client.task(), trained(world, client)
    task_id = model["task"]
    assert client.call("DELETE", f"{TASK}/{task_id}").status == 204
    assert client.get(f"{TASK}/{task_id}").status == 404
    assert [one["id"] for one in client.get(TASK).json["results"]] == [task["id"]]
    assert {label["tasks_count"] for label in client.get(LABEL).json["results"]} <= {0}
    assert client.call("DELETE", f"{TASK}/{task_id}").status == 204
    work(world)
    assert client.call("DELETE", f"{TASK}/{task_id}").status == 404
    [deletion] = client.get(DELETIONS).json["results"]
    assert (deletion["kind"], deletion["state"]) == ("task", "DONE")
    assert deletion["removed"] == {"models": 1, "tasks": 1}
    assert client.get(f"/recognition/v2/model/{model['id']}").json["task"] == task_id


def test_a_task_in_training_stays(client: Client, world: World) -> None:
    task = begun(client)["task"]
    assert client.call("DELETE", f"{TASK}/{task}").status == 409
    assert client.get(f"{TASK}/{task}").status == 200
    assert world.sweep_queue.waiting == []


def test_a_workspace_is_closed_and_swept(world: World, client: Client) -> None:
    other, there = second(client)
    there.image(labels=[there.label()["id"]])
    trained(world, there)
    assert client.call("DELETE", f"{WORKSPACE}/{other}").status == 204
    assert [one["id"] for one in client.get(WORKSPACE).json] == [client.workspace]
    # The authorizer may still let somebody in for a minute, but who asks anew is nobody there.
    assert client.get(f"{WORKSPACE}/{other}").status == 404
    work(world)
    [deletion] = client.get(DELETIONS).json["results"]
    assert (deletion["id"], deletion["kind"]) == (other, "workspace")
    assert deletion["state"] == "DONE"
    assert deletion["removed"]["images"] == 1 + 2 * MINIMUM
    assert other not in world.core.workspaces
    assert world.blobs.objects == {}


def test_the_only_workspace_and_the_tokens_own_stay(client: Client) -> None:
    refused = client.call("DELETE", f"{WORKSPACE}/{client.workspace}")
    assert (refused.status, "only workspace" in refused.json["detail"]) == (409, True)
    other, _ = second(client)
    own = replace(client, others={other: Role.OWNER})
    refused = own.call("DELETE", f"{WORKSPACE}/{client.workspace}")
    assert (refused.status, "token" in refused.json["detail"]) == (409, True)


def test_a_workspace_with_a_task_in_training_stays(client: Client, world: World) -> None:
    other, there = second(client)
    begun(there)
    both = replace(client, others={other: Role.OWNER})
    assert both.call("DELETE", f"{WORKSPACE}/{other}").status == 409
    assert world.sweep_queue.waiting == []
    assert there.get(TASK).json["count"] == 1


def test_a_deletion_that_failed_goes_on_when_it_is_resumed(world: World, client: Client) -> None:
    label = client.label()
    for _ in range(LINKS_AT_ONCE + 1):
        client.image(labels=[label["id"]])
    client.call("DELETE", f"{LABEL}/{label['id']}")
    world.sweep_queue.deliver()
    store = MemorySweepStore(world.core)
    store.finish(client.workspace, label["id"], world.clock(), "nothing moved")
    [failed] = client.get(DELETIONS).json["results"]
    assert (failed["state"], failed["failure"]) == ("FAILED", "nothing moved")
    resumed = client.post(f"{DELETIONS}/{label['id']}/resume")
    assert (resumed.status, resumed.json["state"]) == (200, "RUNNING")
    work(world)
    assert client.post(f"{DELETIONS}/{label['id']}/resume").json["state"] == "DONE"
    assert world.sweep_queue.waiting == []
    assert client.post(f"{DELETIONS}/{client.workspace}/resume").status == 404


def second(client: Client) -> tuple[str, Client]:
    """Make another workspace; return its id, and the same user with a token of it."""
    made: str = client.made(WORKSPACE, name="Second")["id"]
    return made, replace(client, workspace=made)


def begun(client: Client) -> dict[str, Any]:
    """Begin a training and return its model."""
    task, labels = client.task(), [client.label() for _ in range(2)]
    for label in labels:
        client.post(f"{TASK}/{task['id']}/add-label", {"label_id": label["id"]})
        for _ in range(MINIMUM):
            client.image(labels=[label["id"]])
    reply = client.post(f"{TASK}/{task['id']}/train")
    assert reply.status == 202
    answer: dict[str, Any] = reply.json
    return answer


def trained(world: World, client: Client) -> dict[str, Any]:
    """Let a training fail; a task that was ever in training may have left objects."""
    model = begun(client)
    store = MemoryModelStore(world.core)
    store.mark_failed(client.workspace, model["id"], "too dark", world.clock())
    return model
