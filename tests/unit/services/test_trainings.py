from dataclasses import dataclass, field

import pytest
from oriel.domain.errors import (
    AlreadyTraining,
    Conflict,
    InvalidInput,
    NotFound,
    TemporarilyUnavailable,
    TooFewImages,
)
from oriel.domain.ids import new_id
from oriel.domain.model import Model, TrainMode
from oriel.domain.task import MAX_LABELS_OF_TASK, Task, TrainStatus
from oriel.domain.training import TrainingOptions
from oriel.services.deletions import Deletions
from oriel.services.sweep_labels import LabelBroom
from oriel.services.sweeps import SweepRequests
from oriel.services.tasks import Tasks
from oriel.services.training import START_GRACE, Trainings

from tests.fakes.core import MemoryCore
from tests.fakes.images import MemoryImageStore
from tests.fakes.labels import MemoryLabelStore
from tests.fakes.models import MemoryModelStore
from tests.fakes.sweeps import MemorySweepQueue, MemorySweepStore
from tests.fakes.tasks import MemoryTaskStore
from tests.fakes.training_machine import MemoryTrainingMachine
from tests.functional.core.things import Maker

MINIMUM = 3


@dataclass
class Scene:
    """A task with two labels of enough images each."""

    make: Maker = field(default_factory=Maker)
    core: MemoryCore = field(default_factory=MemoryCore)
    machine: MemoryTrainingMachine = field(default_factory=MemoryTrainingMachine)

    def __post_init__(self) -> None:
        self.workspace_id = self.make.workspace_id
        self.task_store = MemoryTaskStore(self.core)
        self.label_store = MemoryLabelStore(self.core)
        self.models = MemoryModelStore(self.core)
        self.trainings = Trainings(
            self.task_store, self.models, self.machine, MINIMUM, self.make.clock
        )
        clock, broom = self.make.clock, LabelBroom(self.label_store)
        sweeps = SweepRequests(MemorySweepStore(self.core), MemorySweepQueue(), clock)
        deletions = Deletions(self.label_store, self.task_store, broom, broom, sweeps, clock)
        self.tasks = Tasks(self.task_store, self.label_store, deletions, self.trainings, clock)
        self.made = self.make.task()
        self.task_store.create(self.made)
        for name in ("bolt", "nut"):
            self.add_label(name, MINIMUM)

    def add_label(self, name: str, images: int) -> None:
        label = self.make.label(name)
        self.label_store.create(label)
        self.task_store.attach_label(self.workspace_id, self.made.id, label.id)
        for _ in range(images):
            MemoryImageStore(self.core).create(self.make.image(), [label.id])

    def begin(self, options: TrainingOptions | None = None) -> Model:
        return self.trainings.begin(self.workspace_id, self.made.id, options or TrainingOptions())

    @property
    def task(self) -> Task:
        return self.task_store.get(self.workspace_id, self.made.id)

    def crash_before_start(self) -> Model:
        """Leave behind what a process leaves that dies between the lock and the start."""
        model = self.make.model(self.task)
        self.task_store.begin_training(self.task, model)
        return model


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_the_machine_is_told_names_and_options(scene: Scene) -> None:
    options = TrainingOptions(TrainMode.INSTANT, 60, 7)
    model = scene.begin(options)
    run = scene.machine.runs[model.id]
    assert (run.workspace_id, run.task_id, run.options) == (
        scene.workspace_id,
        scene.made.id,
        options,
    )
    assert scene.task.training_model_id == model.id


def test_every_label_that_is_short_is_named_with_how_many_are_missing(scene: Scene) -> None:
    scene.add_label("washer", 1)
    scene.add_label("rivet", 0)
    with pytest.raises(TooFewImages) as refused:
        scene.begin()
    assert str(refused.value) == (
        "Each label needs at least 3 images: "
        "'washer' has 1 and needs 2 more; 'rivet' has 0 and needs 3 more"
    )
    assert scene.task.training_model_id is None
    assert scene.core.models == {}


def test_one_label_is_not_enough(scene: Scene) -> None:
    task = scene.make.task()
    scene.task_store.create(task)
    with pytest.raises(TooFewImages, match="at least 2 labels"):
        scene.trainings.begin(scene.workspace_id, task.id, TrainingOptions())


@pytest.mark.parametrize("seconds", [29, 86_401, -1])
def test_a_senseless_budget_is_refused(scene: Scene, seconds: int) -> None:
    with pytest.raises(InvalidInput, match="time_budget_seconds"):
        scene.begin(TrainingOptions(time_budget_seconds=seconds))


def test_a_foreign_task_cannot_be_trained(scene: Scene) -> None:
    with pytest.raises(NotFound):
        scene.trainings.begin(new_id(), scene.made.id, TrainingOptions())


def test_while_one_runs_no_other_begins_however_long_it_takes(scene: Scene) -> None:
    model = scene.begin()
    scene.make.clock.advance(24 * 3600)
    with pytest.raises(AlreadyTraining):
        scene.begin()
    assert scene.models.get(scene.workspace_id, model.id).train_status is TrainStatus.CREATED


def test_a_lock_whose_machine_never_started_is_taken_over_after_the_grace(scene: Scene) -> None:
    dead = scene.crash_before_start()
    with pytest.raises(AlreadyTraining):
        scene.begin()
    scene.make.clock.advance(START_GRACE.total_seconds())
    model = scene.begin()
    assert scene.task.training_model_id == model.id
    failed = scene.models.get(scene.workspace_id, dead.id)
    assert failed.train_status is TrainStatus.FAILED
    assert failed.failure is not None


def test_a_lock_whose_machine_ended_without_a_word_is_taken_over(scene: Scene) -> None:
    first = scene.begin()
    scene.machine.finish(first.id)
    scene.make.clock.advance(START_GRACE.total_seconds())
    second = scene.begin()
    assert scene.task.training_model_id == second.id
    assert scene.models.get(scene.workspace_id, first.id).train_status is TrainStatus.FAILED


def test_a_dead_lock_does_not_keep_a_task_from_being_deleted(scene: Scene) -> None:
    scene.crash_before_start()
    with pytest.raises(AlreadyTraining):
        scene.tasks.delete(scene.workspace_id, scene.made.id)
    scene.make.clock.advance(START_GRACE.total_seconds())
    scene.tasks.delete(scene.workspace_id, scene.made.id)
    with pytest.raises(NotFound):
        _ = scene.task


def test_a_start_that_fails_frees_the_task_at_once(scene: Scene) -> None:
    scene.machine.out_of_reach = True
    with pytest.raises(TemporarilyUnavailable):
        scene.begin()
    assert scene.task.training_model_id is None
    scene.machine.out_of_reach = False
    assert scene.begin().id == scene.task.training_model_id


class TestCancelling:
    def cancel(self, scene: Scene, model: Model) -> Model:
        return scene.trainings.cancel(scene.workspace_id, model.id, "ada")

    def test_ends_the_run_and_frees_the_task(self, scene: Scene) -> None:
        model = scene.begin()
        cancelled = self.cancel(scene, model)
        assert (cancelled.train_status, cancelled.failure) == ("FAILED", "Cancelled by user ada")
        assert not scene.machine.is_running(model.id)
        assert scene.task.training_model_id is None
        assert scene.begin().id == scene.task.training_model_id

    def test_again_changes_nothing_and_leaves_the_next_training_alone(self, scene: Scene) -> None:
        first = scene.begin()
        cancelled = self.cancel(scene, first)
        second = scene.begin()
        scene.make.clock.advance(60)
        assert self.cancel(scene, first) == cancelled
        assert scene.machine.is_running(second.id)
        assert scene.task.training_model_id == second.id

    def test_a_repeat_stops_what_an_unreachable_machine_went_on_with(self, scene: Scene) -> None:
        model = scene.begin()
        scene.machine.out_of_reach = True
        with pytest.raises(TemporarilyUnavailable):
            self.cancel(scene, model)
        assert scene.machine.is_running(model.id)
        scene.machine.out_of_reach = False
        self.cancel(scene, model)
        assert not scene.machine.is_running(model.id)

    def test_what_is_cancelled_is_not_published(self, scene: Scene) -> None:
        model = scene.begin()
        scene.models.set_evaluated(scene.make.evaluated(model))
        self.cancel(scene, model)
        with pytest.raises(Conflict):
            scene.models.publish(scene.workspace_id, model.id, scene.make.clock())

    def test_what_was_published_stays_and_its_run_goes_on(self, scene: Scene) -> None:
        model = scene.begin()
        scene.models.set_evaluated(scene.make.evaluated(model))
        published = scene.models.publish(scene.workspace_id, model.id, scene.make.clock())
        with pytest.raises(Conflict, match="version 1"):
            self.cancel(scene, model)
        assert scene.models.get(scene.workspace_id, model.id) == published
        assert scene.machine.is_running(model.id)

    def test_a_foreign_model_is_not_there(self, scene: Scene) -> None:
        model = scene.begin()
        with pytest.raises(NotFound):
            scene.trainings.cancel(new_id(), model.id, "ada")
        assert scene.machine.is_running(model.id)


def test_a_task_takes_a_thousand_labels_and_no_more(scene: Scene) -> None:
    attached = scene.task_store.labels(scene.workspace_id, scene.made.id)
    for number in range(len(attached), MAX_LABELS_OF_TASK):
        scene.add_label(str(number), 0)
    late = scene.make.label("late")
    scene.label_store.create(late)
    with pytest.raises(Conflict, match="at most 1000 labels"):
        scene.tasks.attach_label(scene.workspace_id, scene.made.id, late.id)
    again = scene.tasks.attach_label(scene.workspace_id, scene.made.id, attached[0].id)
    assert again.labels_count == MAX_LABELS_OF_TASK


def test_names_that_no_model_could_carry_are_refused_before_the_training(scene: Scene) -> None:
    for _ in range(420):
        scene.add_label("漢" * 200, MINIMUM)
    with pytest.raises(InvalidInput, match="names"):
        scene.begin()
    assert scene.core.models == {}
    assert scene.task.training_model_id is None
