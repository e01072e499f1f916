"""Imports as their owner calls them."""

from datetime import timedelta
from typing import Any

import pytest
from oriel.domain.errors import TemporarilyUnavailable
from oriel.domain.ids import is_id, new_id
from oriel.domain.imports import FileStatus, ImportedFile, ImportState

from tests.functional.api.conftest import Client, World

PATH = "/recognition/v2/import"


def sent(world: World, client: Client, kind: str = "zip", **fields: Any) -> str:
    """Open an import and send what it is started with; return its id."""
    opened = client.made(PATH, kind=kind, **fields)
    world.blobs.objects[opened["upload"]["fields"]["key"]] = b"PK"
    import_id: str = opened["id"]
    return import_id


def test_an_archive_gets_one_form_of_an_hour(world: World, client: Client) -> None:
    opened = client.made(PATH, kind="zip", test_image=True)
    assert is_id(opened["id"])
    assert (opened["state"], opened["total"], opened["label_type"]) == ("WAITING", None, "category")
    assert opened["upload_files"] is None
    [terms] = world.incoming.signed
    assert terms.key == f"ws/{client.workspace}/incoming/{opened['id']}/zip"
    assert (terms.max_bytes, terms.expires_seconds) == (5 * 1024**3, 3600)
    assert terms.content_type == "application/zip"


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_manifest_gets_a_form_for_itself_and_one_for_all_its_files(
    world: World, client: Client, kind: str
) -> None:
    opened = client.made(PATH, kind=kind)
    manifest, files = world.incoming.signed
    below = f"ws/{client.workspace}/incoming/{opened['id']}/"
    assert (manifest.key, files.key) == (f"{below}{kind}", f"{below}files/")
    assert (manifest.max_bytes, files.max_bytes) == (64 * 1024**2, 10 * 1024**2)
    assert opened["upload_files"]["fields"]["key"] == files.key


@pytest.mark.parametrize(
    ("task", "asked", "given"),
    [
        ("multi_class", None, "category"),
        ("multi_label", None, "tag"),
        ("multi_label", "tag", "tag"),
    ],
)
def test_the_labels_are_of_the_type_that_the_task_takes(
    client: Client, task: str, asked: str | None, given: str
) -> None:
    task_id = client.task(type=task)["id"]
    opened = client.made(PATH, kind="zip", task=task_id, label_type=asked)
    assert (opened["task"], opened["label_type"]) == (task_id, given)


@pytest.mark.parametrize(
    ("body", "task", "status", "word"),
    [
        ({}, None, 400, "kind"),
        ({"kind": "tar"}, None, 400, "kind"),
        ({"kind": "zip", "label_type": "value"}, None, 400, "category or tag"),
        ({"kind": "zip"}, "regression", 400, "regression"),
        ({"kind": "zip", "label_type": "tag"}, "multi_class", 400, "category"),
        ({"kind": "zip", "task": new_id()}, None, 404, "task"),
    ],
    ids=range(6),
)
def test_what_cannot_be_imported_is_refused(
    client: Client, body: dict[str, Any], task: str | None, status: int, word: str
) -> None:
    chosen = {"task": client.task(type=task)["id"]} if task else {}
    reply = client.post(PATH, {**body, **chosen})
    assert (reply.status, word in reply.json["detail"]) == (status, True)
    assert client.get(PATH).json["count"] == 0


def test_an_import_starts_once_it_was_sent_and_once_only(world: World, client: Client) -> None:
    opened = client.made(PATH, kind="zip")
    path = f"{PATH}/{opened['id']}"
    early = client.post(f"{path}/start", {})
    assert (early.status, "Send the archive" in early.json["detail"]) == (409, True)
    world.blobs.objects[opened["upload"]["fields"]["key"]] = b"PK"
    started = client.post(f"{path}/start", {})
    assert (started.status, started.json["state"]) == (200, "RUNNING")
    assert world.import_machine.started == [f"{opened['id']}-1"]
    assert client.post(f"{path}/form", {}).status == 409
    again = client.post(f"{path}/start", {})
    assert (again.status, again.json) == (200, started.json)
    assert world.import_machine.started == [f"{opened['id']}-1"]


def test_a_manifest_is_started_by_its_caller_alone_and_not_twice(
    world: World, client: Client
) -> None:
    import_id = sent(world, client, "csv")
    assert client.post(f"{PATH}/{import_id}/start", {}).status == 200
    again = client.post(f"{PATH}/{import_id}/start", {})
    assert (again.status, "running already" in again.json["detail"]) == (409, True)


def test_a_failed_import_can_be_sent_and_started_again(world: World, client: Client) -> None:
    import_id = sent(world, client)
    client.post(f"{PATH}/{import_id}/start", {})
    running = world.import_store.get(client.workspace, import_id)
    world.import_store.finish(running, ImportState.FAILED, world.clock(), "It is no ZIP file")
    assert client.get(f"{PATH}/{import_id}").json["failure"] == "It is no ZIP file"
    assert client.post(f"{PATH}/{import_id}/form", {}).status == 200
    again = client.post(f"{PATH}/{import_id}/start", {}).json
    assert (again["state"], again["failure"]) == ("RUNNING", None)
    assert world.import_machine.started[-1] == f"{import_id}-2"


def test_a_run_that_ended_without_a_word_is_started_again(world: World, client: Client) -> None:
    import_id = sent(world, client)
    client.post(f"{PATH}/{import_id}/start", {})
    world.import_machine.running.clear()
    assert client.post(f"{PATH}/{import_id}/start", {}).status == 200
    assert world.import_machine.started == [f"{import_id}-1"]
    world.clock.advance(timedelta(minutes=2).total_seconds())
    assert client.post(f"{PATH}/{import_id}/start", {}).status == 200
    assert world.import_machine.started == [f"{import_id}-1", f"{import_id}-2"]


def test_a_start_that_fails_leaves_an_import_that_can_be_started(
    world: World, client: Client
) -> None:
    import_id = sent(world, client)
    world.import_machine.error = TemporarilyUnavailable("Step Functions cannot be reached")
    assert client.post(f"{PATH}/{import_id}/start", {}).status == 503
    failed = client.get(f"{PATH}/{import_id}").json
    assert (failed["state"], "start it again" in failed["failure"]) == ("FAILED", True)
    world.import_machine.error = None
    assert client.post(f"{PATH}/{import_id}/start", {}).status == 200


def test_a_finished_import_takes_nothing_more(world: World, client: Client) -> None:
    for kind, calls in (("zip", ["form"]), ("csv", ["form", "start"])):
        import_id = sent(world, client, kind)
        client.post(f"{PATH}/{import_id}/start", {})
        running = world.import_store.get(client.workspace, import_id)
        world.import_store.finish(running, ImportState.DONE, world.clock())
        for call in calls:
            reply = client.post(f"{PATH}/{import_id}/{call}", {})
            assert (reply.status, "open another" in reply.json["detail"]) == (409, True)


def test_a_finished_archive_is_answered_as_it_is_when_it_is_started_once_more(
    world: World, client: Client
) -> None:
    import_id = sent(world, client)
    client.post(f"{PATH}/{import_id}/start", {})
    running = world.import_store.get(client.workspace, import_id)
    world.import_store.finish(running, ImportState.DONE, world.clock())
    again = client.post(f"{PATH}/{import_id}/start", {})
    assert (again.status, again.json["state"]) == (200, "DONE")
    assert world.import_machine.started == [f"{import_id}-1"]


def test_imports_are_listed_page_by_page(world: World, client: Client) -> None:
    made = []
    for _ in range(3):
        made.append(client.made(PATH, kind="zip")["id"])
        world.clock.advance(1)
    first = client.get(PATH, page_size="2").json
    assert [one["id"] for one in first["results"]] == made[:2]
    assert (first["count"], first["next"].startswith(PATH)) == (3, True)


def test_files_are_listed_all_or_of_a_status(world: World, client: Client) -> None:
    import_id = sent(world, client)
    image_id = new_id()
    world.import_store.record(
        client.workspace,
        import_id,
        [
            ImportedFile(0, "boots/1.png", FileStatus.DONE, image_id),
            ImportedFile(1, "boots/2.png", FileStatus.FAILED, reason="It is empty"),
        ],
    )
    path = f"{PATH}/{import_id}/file"
    everything = client.get(path).json
    assert [one["status"] for one in everything["results"]] == ["DONE", "FAILED"]
    assert everything["results"][0]["image"] == image_id
    failed = client.get(path, status="failed", page_size="1").json
    assert (failed["count"], failed["next"]) == (1, None)
    assert failed["results"] == [
        {"name": "boots/2.png", "status": "FAILED", "image": None, "reason": "It is empty"}
    ]
    assert client.get(path, status="LOST").status == 400
    progress = client.get(f"{PATH}/{import_id}").json
    assert (progress["done"], progress["failed"], progress["skipped"]) == (1, 1, 0)
