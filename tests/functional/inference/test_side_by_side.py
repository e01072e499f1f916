"""What a request does at the same time, and what it tells of where its time went.

The parts wait for each other with a deadline, so that whoever runs them one after the other fails.
"""

from dataclasses import replace
from threading import Event, current_thread
from typing import Any

import pytest
from oriel.domain.errors import InvalidInput
from oriel.domain.model import Artifact
from oriel.domain.task import NO_VERSION
from oriel.domain.usage import RequestKey, StoredReply
from oriel.ports import Fetched

from tests.fakes.facts import TASK
from tests.fakes.recognizer import FakeModel, FakePicture, FakeRecognizer
from tests.fakes.usage import FaultyUsageStore
from tests.functional.inference.test_several_tasks import COLOUR, add_task
from tests.functional.inference.world import Response, World, picture

DEADLINE_SECONDS = 10
URL = "https://pictures.test/coat"
STAGES = ("fetch", "decode", "load", "infer", "usage")


class WatchedRecognizer(FakeRecognizer):
    """Says when it has decoded, and when it is asked for a model."""

    def __init__(self) -> None:
        super().__init__()
        self.has_decoded, self.has_loaded = Event(), Event()

    def decode(self, data: bytes, side: int) -> FakePicture:
        found = super().decode(data, side)
        self.has_decoded.set()
        return found

    def ready(self, artifact: Artifact) -> FakeModel:
        model = super().ready(artifact)
        self.has_loaded.set()
        return model


class WaitingFetcher:
    """Answers once something else has happened."""

    def __init__(self, until: Event) -> None:
        self._until = until
        self.fetched: list[str] = []

    def fetch(self, url: str) -> Fetched:
        self.fetched.append(url)
        if not self._until.wait(DEADLINE_SECONDS):
            raise InvalidInput("Nothing happened meanwhile")
        return Fetched(b"30x20:2", "image/png")


class WaitingStore(FaultyUsageStore):
    """Finds a reply once something else has happened."""

    def __init__(self, store: Any, until: Event) -> None:
        super().__init__(store)
        self._until = until

    def find_reply(self, workspace_id: str, key: RequestKey) -> StoredReply | None:
        assert self._until.wait(DEADLINE_SECONDS), "nothing happened meanwhile"
        return super().find_reply(workspace_id, key)


@pytest.fixture
def recognizer(world: World) -> WatchedRecognizer:
    world.recognizer = WatchedRecognizer()
    world.restart()
    return world.recognizer


def timing(answer: Response) -> dict[str, float]:
    parts = answer.headers["Server-Timing"].split(", ")
    return {name: float(spent) for name, _, spent in (one.partition(";dur=") for one in parts)}


def with_key(world: World, key: str, *records: Any) -> Response:
    return world.classify(*records, headers={"Idempotency-Key": key})


def test_pictures_are_decoded_while_another_is_on_its_way(
    world: World, recognizer: WatchedRecognizer
) -> None:
    world.fetcher = WaitingFetcher(recognizer.has_decoded)
    world.restart()
    slow, quick = world.classify({"_url": URL}, picture("8x6:1")).records
    assert slow["best_label"]["id"] == "coat"
    assert quick["best_label"]["id"] == "bag"


def test_the_model_is_loaded_while_pictures_are_on_their_way(
    world: World, recognizer: WatchedRecognizer
) -> None:
    world.fetcher = WaitingFetcher(recognizer.has_loaded)
    world.restart()
    (record,) = world.classify({"_url": URL}).records
    assert record["best_label"]["id"] == "coat"


def test_a_model_that_is_ready_is_not_loaded_in_another_thread(world: World) -> None:
    world.classify(picture("8x6:1"))
    world.recognizer.at_hand = {"head-2"}
    assert world.classify(picture("8x6:1")).code == 200
    (loader,) = world.recognizer.loaders
    assert loader is not current_thread()


def test_a_model_that_cannot_be_loaded_is_no_matter_where_no_picture_needs_it(
    world: World,
) -> None:
    world.recognizer.broken = {"head-2"}
    assert world.classify(picture("8x6:1")).code == 500
    assert world.classify(picture("broken")).code == 200
    assert world.billed() == 0


def test_a_key_is_looked_up_while_pictures_are_decoded(
    world: World, recognizer: WatchedRecognizer
) -> None:
    world.usage = WaitingStore(world.usage._store, recognizer.has_decoded)
    world.restart()
    first = with_key(world, "order-1", picture("8x6:1"))
    assert first.code == 200
    assert with_key(world, "order-1", picture("8x6:1")).body == first.body
    assert world.billed() == 1


def test_nothing_is_fetched_again_for_an_answer_that_is_there(
    world: World, recognizer: WatchedRecognizer
) -> None:
    fetcher = WaitingFetcher(recognizer.has_loaded)
    world.fetcher = fetcher
    world.restart()
    first = with_key(world, "order-1", {"_url": URL})
    again = with_key(world, "order-1", {"_url": URL})
    assert again.body == first.body
    assert fetcher.fetched == [URL]
    assert with_key(world, "order-1", {"_url": f"{URL}?2"}).code == 422
    assert fetcher.fetched == [URL]


def test_a_key_that_was_used_counts_before_whatever_else_is_wrong(world: World) -> None:
    first = with_key(world, "order-1", picture("8x6:1"))
    trained = world.core.tasks[TASK]
    world.core.tasks[TASK] = replace(trained, production_version=NO_VERSION)
    world.seconds += 60
    assert with_key(world, "order-1", picture("8x6:1")).body == first.body
    assert with_key(world, "order-1", picture("8x6:2")).code == 422
    assert with_key(world, "order-2", picture("8x6:2")).body["code"] == "not_trained"


def test_a_model_is_in_use_no_longer_than_its_request(world: World) -> None:
    world.classify(picture("8x6:1"))
    world.classify(picture("broken"))
    with_key(world, "order-1", picture("8x6:1"))
    with_key(world, "order-1", picture("8x6:1"))
    world.recognizer.highest = float("nan")
    world.classify(picture("8x6:1"))
    assert world.recognizer.held == []


def both(world: World) -> Response:
    add_task(world, COLOUR)
    return world.post({"task": [TASK, COLOUR], "records": [picture("8x6:1")]})


def test_heads_that_are_there_answer_beside_heads_that_have_to_be_loaded(world: World) -> None:
    world.recognizer.at_hand = {"head-2"}
    assert both(world).code == 200
    assert len(world.recognizer.loaders) == 1
    assert (world.recognizer.most_held, world.recognizer.held) == (2, [])


def test_a_head_that_was_there_is_given_back_where_another_cannot_be_loaded(world: World) -> None:
    world.recognizer.at_hand, world.recognizer.broken = {"head-2"}, {f"head-of-{COLOUR}"}
    assert both(world).code == 500
    assert (world.recognizer.most_held, world.recognizer.held) == (1, [])


@pytest.mark.parametrize(
    "body",
    [
        {"task_id": TASK, "records": [picture("8x6:1")]},
        {"task_id": [TASK], "records": [picture("8x6:1")]},
        {"task_id": TASK, "records": [picture("broken")]},
        {"task_id": TASK, "records": []},
        "no json",
    ],
)
def test_every_answer_tells_all_stages(world: World, body: Any) -> None:
    told = timing(world.post(body))
    assert set(STAGES) <= told.keys()
    assert all(spent >= 0 for spent in told.values())


def test_an_answer_that_is_repeated_tells_all_stages(world: World) -> None:
    for _ in range(2):
        answer = with_key(world, "order-1", picture("8x6:1"))
        assert {*STAGES, "reserve"} <= timing(answer).keys()
    assert answer.headers["Idempotent-Replayed"] == "true"
