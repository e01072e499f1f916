from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from oriel.domain.errors import Conflict
from oriel.domain.ids import new_id
from oriel.domain.task import Task
from oriel.domain.traffic import Traffic, TrafficMode
from oriel.domain.trial import Scores, Tally
from oriel.domain.trial_record import MICRO, TrialRecord, Truth

from tests.functional.core.conftest import Stores
from tests.functional.core.things import Maker

A, B = frozenset({"a"}), frozenset({"b", "c"})
RIGHT, WRONG = Scores(1, 1.0, 1.0), Scores(1, 0.0, 0.0)


@pytest.fixture
def task(stores: Stores, make: Maker) -> Task:
    task = make.task(production_version=2, latest_version=3)
    trial = Traffic(new_id(), TrafficMode.SPLIT, 3, 2, 0.25, make.now(), 0.1)
    stores.tasks.create(task)
    return stores.tasks.update(task.workspace_id, task.id, traffic=trial)


def trial_of(task: Task) -> Traffic:
    assert task.traffic is not None
    return task.traffic


@pytest.fixture
def record_of(task: Task, make: Maker) -> Callable[..., TrialRecord]:
    def record(**changes: Any) -> TrialRecord:
        made = TrialRecord(
            *(new_id(), task.workspace_id, task.id, trial_of(task).trial_id),
            version=3,
            candidate=True,
            answer=A,
            created=make.now(),
        )
        return replace(made, **changes)

    return record


class TestTrialStore:
    @pytest.mark.parametrize("answer", [A, B, frozenset(), 2.5, -1e-12, 3.0])
    def test_an_answer_comes_back_as_it_was(
        self, stores: Stores, record_of: Callable[..., TrialRecord], answer: Any
    ) -> None:
        record = record_of(answer=answer)
        stores.trials.add([record])
        where = (record.workspace_id, record.task_id, record.id)
        assert stores.trials.find(*where) == record
        stores.trials.add_shadow(record, answer)
        shadowed = replace(record, shadow=answer)
        stores.trials.count(shadowed, Truth(answer, 5, -7))
        assert stores.trials.find(*where) == replace(shadowed, truth=Truth(answer, 5, -7))

    def test_records_of_others_and_unknown_ones_are_none(
        self, stores: Stores, record_of: Callable[..., TrialRecord]
    ) -> None:
        record = record_of()
        stores.trials.add([record])
        assert stores.trials.find(new_id(), record.task_id, record.id) is None
        assert stores.trials.find(record.workspace_id, new_id(), record.id) is None
        assert stores.trials.find(record.workspace_id, record.task_id, new_id()) is None

    def test_what_is_kept_already_stays_beside_what_is_new(
        self, stores: Stores, record_of: Callable[..., TrialRecord]
    ) -> None:
        known, new = record_of(), record_of()
        stores.trials.add([known])
        stores.trials.count(known, Truth(A, MICRO))
        stores.trials.add([known, new])
        stores.trials.add([known, new])
        found = stores.trials.find(known.workspace_id, known.task_id, known.id)
        assert found == replace(known, truth=Truth(A, MICRO))
        assert stores.trials.find(new.workspace_id, new.task_id, new.id) == new

    def test_a_truth_counts_once_for_who_answered_and_its_correction_in_its_place(
        self, stores: Stores, task: Task, record_of: Callable[..., TrialRecord]
    ) -> None:
        def tally() -> Tally:
            return stores.trials.tally(task.workspace_id, task.id, trial_of(task).trial_id)

        ours, theirs = record_of(), record_of(candidate=False, version=2)
        stores.trials.add([ours, theirs])
        assert tally() == Tally()
        stores.trials.count(ours, Truth(A, MICRO))
        stores.trials.count(theirs, Truth(A, MICRO // 2))
        assert tally() == Tally(RIGHT, Scores(1, 0.5, 0.25))
        with pytest.raises(Conflict):
            stores.trials.count(ours, Truth(A, MICRO))
        stores.trials.count(replace(ours, truth=Truth(A, MICRO)), Truth(B, 0))
        assert tally() == Tally(WRONG, Scores(1, 0.5, 0.25))
        assert stores.trials.tally(task.workspace_id, task.id, new_id()) == Tally()

    def test_a_shadow_counts_for_the_candidate_and_as_a_pair(
        self, stores: Stores, task: Task, record_of: Callable[..., TrialRecord]
    ) -> None:
        record = record_of(candidate=False, version=2)
        stores.trials.add([record])
        stores.trials.add_shadow(record, B)
        with pytest.raises(Conflict):
            stores.trials.count(record, Truth(A, MICRO))
        stores.trials.count(replace(record, shadow=B), Truth(A, MICRO, 0))
        found = stores.trials.tally(task.workspace_id, task.id, trial_of(task).trial_id)
        assert found == Tally(WRONG, RIGHT, Scores(1, -1.0, 1.0))

    def test_a_trial_ends_unless_it_has_changed(
        self, stores: Stores, task: Task, make: Maker
    ) -> None:
        ended = replace(trial_of(task), ended=make.now(), reason="worse: p = 0.01")
        stores.trials.end(task, ended)
        assert stores.tasks.get(task.workspace_id, task.id) == replace(task, traffic=ended)
        again = replace(trial_of(task), trial_id=new_id())
        now = stores.tasks.update(task.workspace_id, task.id, traffic=again)
        stores.trials.end(task, ended)
        assert stores.tasks.get(task.workspace_id, task.id) == now

    def test_nothing_is_counted_of_a_task_that_is_gone(
        self, stores: Stores, task: Task, record_of: Callable[..., TrialRecord]
    ) -> None:
        record = record_of()
        stores.trials.add([record])
        stores.tasks.delete(task.workspace_id, task.id)
        with pytest.raises(Conflict):
            stores.trials.count(record, Truth(A, MICRO))
        trial_id = trial_of(task).trial_id
        assert stores.trials.tally(task.workspace_id, task.id, trial_id) == Tally()
