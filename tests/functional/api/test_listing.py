from collections.abc import Callable
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.functional.api.conftest import Client, World

Make: TypeAlias = Callable[[Client], dict[str, Any]]

LISTS: dict[str, Make] = {
    "/recognition/v2/task": Client.task,
    "/recognition/v2/label": Client.label,
    "/recognition/v2/training-image": Client.image,
}


def follow(client: Client, next_url: str) -> dict[str, Any]:
    parts = urlsplit(next_url)
    assert (parts.scheme, parts.netloc) == ("", "")
    reply = client.get(parts.path, **dict(parse_qsl(parts.query)))
    assert reply.status == 200, reply.text
    answer: dict[str, Any] = reply.json
    return answer


@pytest.mark.parametrize(("path", "make"), LISTS.items(), ids=LISTS.keys())
@pytest.mark.parametrize("page", [{}, {"page": "1"}])
def test_next_leads_through_all_pages_and_keeps_the_filters(
    world: World,
    client: Client,
    path: str,
    make: Make,
    page: dict[str, str],
) -> None:
    made = []
    for _ in range(5):
        world.clock.advance(1)
        made.append(make(client)["id"])
    answer = client.get(path + "/", page_size="2", workspace=client.workspace, **page).json
    seen = [one["id"] for one in answer["results"]]
    while answer["next"] is not None:
        assert f"workspace={client.workspace}" in answer["next"]
        assert answer["next"].startswith(f"{path}/?")
        answer = follow(client, answer["next"])
        assert (answer["count"], answer["previous"]) == (5, None)
        seen += [one["id"] for one in answer["results"]]
    assert seen == made


def test_labels_of_a_task_are_paged_alike(world: World, client: Client) -> None:
    task = client.task()
    labels = []
    for _ in range(3):
        world.clock.advance(1)
        labels.append(client.label()["id"])
        client.label(name="of no task")
        body = {"label_id": labels[-1]}
        assert client.post(f"/recognition/v2/task/{task['id']}/add-label", body).status == 200
    first = client.get("/recognition/v2/label/", task=task["id"], page_size="2").json
    assert f"task={task['id']}" in first["next"]
    second = follow(client, first["next"])
    assert [one["id"] for one in first["results"] + second["results"]] == labels
    assert (first["count"], second["next"]) == (3, None)


@pytest.mark.parametrize("parameter", ["labels", "label"])
def test_images_of_a_label_are_paged_alike(world: World, client: Client, parameter: str) -> None:
    label = client.label()
    images = []
    for _ in range(3):
        world.clock.advance(1)
        images.append(client.image(labels=[label["id"]])["id"])
        client.image()
    filters = {parameter: label["id"], "page_size": "2"}
    first = client.get("/recognition/v2/training-image/", **filters).json
    second = follow(client, first["next"])
    assert [one["id"] for one in first["results"] + second["results"]] == images
    assert first["count"] == 3


@pytest.mark.parametrize(("path", "make"), LISTS.items(), ids=LISTS.keys())
@pytest.mark.parametrize("page", ["201", "0", "-1", "nonsense", "%00", "x" * 3000])
def test_a_page_that_nobody_was_given_is_refused(
    client: Client,
    path: str,
    make: Make,
    page: str,
) -> None:
    make(client)
    assert client.get(path, page=page).status == 400


@pytest.mark.parametrize("size", ["0", "-1", "ten", "1.5", "²", "9" * 5000])
def test_a_senseless_page_size_is_refused_by_name(client: Client, size: str) -> None:
    reply = client.get("/recognition/v2/task", page_size=size)
    assert reply.status == 400
    assert "page_size" in reply.json["detail"]


def test_a_huge_page_size_is_cut(client: Client) -> None:
    assert client.get("/recognition/v2/task", page_size="100000").status == 200


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/recognition/v2/label", {"task": "unknown"}),
        ("/recognition/v2/training-image", {"labels": "unknown"}),
        ("/recognition/v2/model", {"task": "unknown"}),
    ],
)
def test_a_listing_of_something_unknown_is_not_found(
    client: Client, path: str, query: dict[str, str]
) -> None:
    assert client.get(path, **query).status == 404


def test_models_are_listed_for_a_task_that_must_be_named(client: Client) -> None:
    reply = client.get("/recognition/v2/model")
    assert (reply.status, reply.json["detail"][:4]) == (400, "task")


@pytest.mark.parametrize(("path", "make"), LISTS.items(), ids=LISTS.keys())
def test_a_page_may_be_asked_for_by_its_number(
    world: World, client: Client, path: str, make: Make
) -> None:
    made = []
    for _ in range(5):
        world.clock.advance(1)
        made.append(make(client)["id"])
    pages = [client.get(path, page=number, page_size="2").json for number in ("1", "2", "03")]
    assert [one["id"] for page in pages for one in page["results"]] == made
    assert [page["count"] for page in pages] == [5, 5, 5]
    assert follow(client, pages[1]["next"]) == pages[2]
    beyond = client.get(path, page="4", page_size="2")
    assert (beyond.status, beyond.json["code"]) == (404, "not_found")


def test_a_number_does_not_matter_where_nothing_is_listed(client: Client) -> None:
    task = client.task()
    assert client.get(f"/recognition/v2/task/{task['id']}", page="7").json == task
