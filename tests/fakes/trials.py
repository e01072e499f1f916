from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from oriel.domain.errors import Conflict
from oriel.domain.shadow import ShadowWork
from oriel.domain.task import Task
from oriel.domain.traffic import Traffic
from oriel.domain.trial import Scores, Tally
from oriel.domain.trial_record import MICRO, Given, TrialRecord, Truth, squared

from tests.fakes.core import MemoryCore

LONGEST_KEY = 1024 - len("WS#TASK#ANSWER#") - 2 * 36


class MemoryTrialStore:
    def __init__(self, core: MemoryCore) -> None:
        self._core = core

    def add(self, records: Sequence[TrialRecord]) -> None:
        with self._core.lock:
            for record in records:
                self._core.trial_records.setdefault(record.id, record)

    def find(self, workspace_id: str, task_id: str, record_id: str) -> TrialRecord | None:
        if len(record_id) > LONGEST_KEY:
            raise ValueError("DynamoDB takes no such key")
        found = self._core.trial_records.get(record_id)
        if found is None or (found.workspace_id, found.task_id) != (workspace_id, task_id):
            return None
        return found

    def add_shadow(self, record: TrialRecord, answer: Given) -> None:
        self._change(record, replace(record, shadow=answer))

    def count(self, record: TrialRecord, truth: Truth) -> None:
        self._change(record, replace(record, truth=truth))

    def tally(self, workspace_id: str, task_id: str, trial_id: str) -> Tally:
        candidate: list[int] = []
        production: list[int] = []
        pairs: list[int] = []
        for record in self._core.trial_records.values():
            mine = (workspace_id, task_id, trial_id)
            if record.truth and (record.workspace_id, record.task_id, record.trial_id) == mine:
                (candidate if record.candidate else production).append(record.truth.answered)
                if record.truth.shadow is not None:
                    candidate.append(record.truth.shadow)
                    pairs.append(record.truth.shadow - record.truth.answered)
        return Tally(*map(_summed, (candidate, production, pairs)))

    def end(self, task: Task, ended: Traffic) -> None:
        with self._core.lock:
            now = self._core.tasks.get(task.id)
            if now is not None and now.traffic == task.traffic:
                self._core.tasks[task.id] = replace(now, traffic=ended)

    def _change(self, record: TrialRecord, changed: TrialRecord) -> None:
        with self._core.lock:
            if self._core.trial_records.get(record.id) != record:
                raise Conflict("The answer has changed meanwhile; try again")
            self._core.trial_records[record.id] = changed


@dataclass
class MemoryShadowQueue:
    works: list[ShadowWork] = field(default_factory=list)
    fault: Exception | None = None

    def send(self, work: ShadowWork) -> None:
        if self.fault is not None:
            raise self.fault
        self.works.append(work)


def _summed(scores: Sequence[int]) -> Scores:
    return Scores(len(scores), sum(scores) / MICRO, sum(map(squared, scores)) / MICRO)
