import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from oriel.domain.ids import new_id
from oriel.domain.task import TrainStatus

from functions.training_publish import step as publish_step
from functions.training_watch.watch import Watch
from tests.fakes.notifier import MemoryNotifier
from tests.functional.training.steps import evaluate, fit_head, prepare
from tests.functional.training.world import WORKSPACE, World

EARLY = ["ABORTED", "TIMED_OUT"]


@dataclass
class Watched:
    """A task in training, and what hears how its run ends."""

    world: World = field(default_factory=lambda: World().fill())
    notifier: MemoryNotifier = field(default_factory=MemoryNotifier)

    def __post_init__(self) -> None:
        self.prepared = prepare(self.world)

    def hears(self, status: str, model_id: str | None = None, **more: Any) -> None:
        given = {"workspace_id": WORKSPACE, "model_id": model_id or self.world.model.id}
        detail = {"status": status, "input": json.dumps(given), "error": None, "cause": None}
        Watch(self.world.models, self.notifier, self.world.clock).hears({**detail, **more})

    def publish(self) -> None:
        evaluate(self.world, self.prepared, fit_head(self.world, self.prepared))
        given = {"workspace_id": WORKSPACE, "model_id": self.world.model.id}
        publish_step.run(given, self.world.models, self.world.clock)

    @property
    def lock(self) -> str | None:
        return self.world.tasks.get(WORKSPACE, self.world.task.id).training_model_id


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("ABORTED", "stopped by whoever operates"),
        ("TIMED_OUT", "took too long"),
        ("FAILED", "internal error (NotTrained)"),
    ],
)
def test_a_run_that_ended_without_a_word_frees_its_task_and_people_hear_of_it(
    watched: Watched, status: str, reason: str
) -> None:
    watched.hears(status, error="NotTrained" if status == "FAILED" else None)
    failed = watched.world.now()
    assert failed.train_status is TrainStatus.FAILED
    assert reason in str(failed.failure)
    assert watched.lock is None
    assert watched.notifier.announced == [failed]


def test_a_run_that_marked_its_model_itself_is_not_told_twice(watched: Watched) -> None:
    world = watched.world
    world.models.mark_failed(WORKSPACE, world.model.id, "too few pictures", world.clock())
    watched.hears("FAILED", error="NotTrained")
    assert world.now().failure == "too few pictures"
    assert watched.notifier.announced == []


@pytest.mark.parametrize("status", EARLY)
def test_a_cancelled_training_keeps_its_reason_and_people_hear_of_it(
    watched: Watched, status: str
) -> None:
    world = watched.world
    world.models.mark_failed(WORKSPACE, world.model.id, "Cancelled by user ada", world.clock())
    watched.hears(status)
    assert world.now().failure == "Cancelled by user ada"
    assert watched.notifier.announced == [world.now()]


@pytest.mark.parametrize("status", EARLY)
def test_what_was_published_before_its_run_was_stopped_stays_and_is_told(
    watched: Watched, status: str
) -> None:
    watched.publish()
    watched.hears(status)
    assert watched.world.now().train_status is TrainStatus.TRAINED
    assert watched.notifier.announced == [watched.world.now()]


def test_an_end_that_is_told_late_leaves_the_next_training_alone(watched: Watched) -> None:
    first = watched.world.model
    watched.world.models.mark_failed(WORKSPACE, first.id, "Cancelled", watched.world.clock())
    watched.world.model = second = watched.world.begin()
    watched.hears("ABORTED", first.id)
    assert watched.lock == second.id


def test_the_end_of_a_model_that_was_deleted_is_nobodys_business(watched: Watched) -> None:
    watched.hears("ABORTED", new_id())
    assert watched.notifier.announced == []


def test_a_run_that_begins_is_told_and_changes_nothing(watched: Watched) -> None:
    before = watched.world.now()
    watched.hears("RUNNING")
    assert watched.world.now() == before
    assert watched.notifier.begun == [before]
    assert watched.notifier.announced == []
