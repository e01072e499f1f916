from dataclasses import dataclass, field

import pytest
from oriel.domain.errors import NotTrained
from oriel.domain.ids import new_id
from oriel.services.published_models import (
    MODEL_SECONDS,
    TASK_SECONDS,
    VERSION_SECONDS,
    PublishedModels,
)

from tests.fakes.core import MemoryCore
from tests.fakes.models import MemoryModelStore
from tests.fakes.tasks import MemoryTaskStore
from tests.fakes.versions import MemoryVersionStore
from tests.functional.core.things import Maker


class CountingReads:
    """A store that counts what is asked of it."""

    def __init__(self, store: object) -> None:
        self._store = store
        self.reads = 0

    def __getattr__(self, name: str) -> object:
        self.reads += 1
        return getattr(self._store, name)


@dataclass
class Scene:
    """A task with two versions and an instance that answers with them."""

    core: MemoryCore = field(default_factory=MemoryCore)
    make: Maker = field(default_factory=Maker)
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.tasks, self.models = MemoryTaskStore(self.core), MemoryModelStore(self.core)
        self.versions = MemoryVersionStore(self.core)
        self.published = PublishedModels(self.tasks, self.models, lambda: self.seconds)
        self.task = self.make.task()
        self.tasks.create(self.task)
        self.ids = [self.publish() for _ in range(2)]

    def publish(self) -> str:
        model = self.make.model(self.task)
        self.tasks.begin_training(self.task, model)
        self.models.set_evaluated(self.make.evaluated(model))
        return self.models.publish(model.workspace_id, model.id, self.make.now()).id

    def resolve(self, version: int | None = None) -> str:
        return self.published.resolve(self.make.workspace_id, self.task.id, version).id

    def activate(self, version: int) -> None:
        where = (self.make.workspace_id, self.task.id)
        self.versions.activate(*where, version, new_id(), self.make.now())


def test_every_version_answers_and_production_where_none_is_named() -> None:
    scene = Scene()
    assert [scene.resolve(version) for version in (1, 2, None)] == [*scene.ids, scene.ids[1]]


def test_another_production_version_answers_within_a_second_and_until_then_the_old_one() -> None:
    scene = Scene()
    scene.resolve()
    scene.activate(1)
    scene.seconds += TASK_SECONDS / 2
    assert scene.resolve() == scene.ids[1]
    scene.seconds += 1 - TASK_SECONDS / 2
    assert scene.resolve() == scene.ids[0]


def test_a_busy_task_is_read_once_a_second_at_most_and_its_models_not_again() -> None:
    scene = Scene()
    tasks, models = CountingReads(scene.tasks), CountingReads(scene.models)
    scene.published = PublishedModels(tasks, models, lambda: scene.seconds)  # type: ignore[arg-type]
    for _ in range(100):
        scene.resolve()
        scene.seconds += 0.1
    assert tasks.reads <= 12
    assert models.reads == 1


@pytest.mark.parametrize("was_production", [False, True])
def test_a_deleted_version_stops_answering_after_seconds(was_production: bool) -> None:
    scene = Scene()
    gone = 2 if was_production else 1
    scene.resolve(gone)
    if was_production:
        scene.activate(1)
    scene.versions.hide(scene.make.workspace_id, scene.ids[gone - 1])
    scene.seconds += VERSION_SECONDS
    with pytest.raises(NotTrained, match=f"no version {gone}"):
        scene.resolve(gone)


def test_a_version_that_is_gone_does_not_come_back_with_what_was_known_of_it() -> None:
    scene = Scene()
    scene.resolve(2)
    scene.activate(1)
    scene.versions.hide(scene.make.workspace_id, scene.ids[1])
    for _ in range(int(MODEL_SECONDS / VERSION_SECONDS)):
        scene.seconds += VERSION_SECONDS
        assert scene.resolve() == scene.ids[0]
        with pytest.raises(NotTrained):
            scene.resolve(2)
