import pytest
from oriel.domain.snapshot import canonical_json
from oriel.domain.suspects import Suspect, Suspects, suspects_key
from oriel.domain.task import TaskType

from tests.functional.api.conftest import Client, World

TASKS = "/recognition/v2/task"
IMAGES = "/recognition/v2/training-image"


class Doubted:
    """A task of two labels with images that carry the first and look like the second."""

    def __init__(self, world: World, client: Client, count: int) -> None:
        self.client = client
        self.task = client.task()["id"]
        self.labels = [client.label(name=name)["id"] for name in ("bolt", "nut")]
        for label in self.labels:
            client.post(f"{TASKS}/{self.task}/add-label", {"label_id": label})
        bolt, nut = self.labels
        self.images = [client.image(labels=[bolt])["id"] for _ in range(count)]
        doubts = (Suspect(one, bolt, True, 0.1, nut, 0.8) for one in self.images)
        names = {bolt: "bolt", nut: "nut"}
        suspects = Suspects("model", TaskType.MULTI_CLASS, 70, names, tuple(doubts))
        key = suspects_key(client.workspace, self.task)
        document = canonical_json(suspects.to_document())
        world.artifacts.put(key, document, "application/json")

    def pages(self, **query: str) -> list[list[str]]:
        pages = []
        while True:
            reply = self.client.get(f"{TASKS}/{self.task}/suspects", **query)
            assert reply.status == 200, reply.text
            pages.append([one["image"] for one in reply.json["results"]])
            if reply.json["next"] is None:
                return pages
            query["page"] = reply.json["next"].split("page=")[-1]


@pytest.fixture
def doubted(world: World, client: Client) -> Doubted:
    return Doubted(world, client, 5)


def test_shows_what_was_given_and_what_is_suggested(client: Client, doubted: Doubted) -> None:
    answer = client.get(f"{TASKS}/{doubted.task}/suspects").json
    assert (answer["count"], answer["model"], answer["images_looked_at"]) == (5, "model", 70)
    first = answer["results"][0]
    assert first["image"] == doubted.images[0]
    assert first["label"] == {"id": doubted.labels[0], "name": "bolt"}
    assert first["suggested_label"] == {"id": doubted.labels[1], "name": "nut"}
    assert (first["score"], first["suggested_score"]) == (0.1, 0.8)
    assert first["thumb_img_path"].startswith("https://")


def test_pages_lead_through_all_in_order(doubted: Doubted) -> None:
    assert doubted.pages(page_size="2") == [
        doubted.images[:2],
        doubted.images[2:4],
        [doubted.images[4]],
    ]


def test_a_label_that_was_changed_is_doubted_no_more(client: Client, doubted: Doubted) -> None:
    changed, bolt = doubted.images[1], {"label_id": doubted.labels[0]}
    assert client.post(f"{IMAGES}/{changed}/remove-label", bolt).status == 200
    kept = [image for image in doubted.images if image != changed]
    assert doubted.pages() == [kept]
    assert client.call("DELETE", f"{IMAGES}/{kept[0]}").status == 204
    assert doubted.pages(page_size="1")[:2] == [[], []]


def test_before_the_first_training_there_are_none(client: Client) -> None:
    answer = client.get(f"{TASKS}/{client.task()['id']}/suspects").json
    assert (answer["model"], answer["count"], answer["results"]) == (None, 0, [])


def test_a_page_of_another_listing_is_refused(client: Client, doubted: Doubted) -> None:
    for page in ("elsewhere", "from-", "from-x", f"from-{'9' * 5000}"):
        reply = client.get(f"{TASKS}/{doubted.task}/suspects", page=page)
        assert (reply.status, "page" in reply.json["detail"]) == (400, True)


def test_belong_to_their_workspace(stranger: Client, doubted: Doubted) -> None:
    assert stranger.get(f"{TASKS}/{doubted.task}/suspects").status == 404


def test_a_task_that_was_deleted_shows_none(client: Client, doubted: Doubted) -> None:
    assert client.call("DELETE", f"{TASKS}/{doubted.task}").status == 204
    assert client.get(f"{TASKS}/{doubted.task}/suspects").status == 404
