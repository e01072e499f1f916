"""Lets a candidate answer pictures that production has answered, without anybody hearing it.

The pictures are put aside and the candidate is asked by a queue's message, in an invocation of its
own: whatever it does there, the answer is gone already. What it says is billed to nobody.
"""

from collections.abc import Mapping
from concurrent.futures import Executor, Future, wait

from oriel.domain.errors import Conflict, InvalidInput, NotFound
from oriel.domain.model import Artifact
from oriel.domain.shadow import ShadowWork, shadow_key
from oriel.domain.task import Task
from oriel.domain.traffic import Traffic, TrafficMode
from oriel.domain.trial_record import TrialRecord
from oriel.ports import Blobs, TaskStore
from oriel.services.classify import Answer, Classified
from oriel.services.recognition import Picture, Recognizer
from oriel.services.trial_notes import given
from oriel.services.trials import Trials
from oriel.training_ports import ModelStore
from oriel.trial_ports import ShadowQueue, TrialStore
from oriel.values import dataclass

SEND_SECONDS = 0.5
"""What the answer may wait for; what takes longer is no part of the trial."""


@dataclass(frozen=True, slots=True)
class ShadowSender:
    """Puts pictures aside for a candidate."""

    blobs: Blobs
    queue: ShadowQueue
    workers: Executor
    seconds: float = SEND_SECONDS

    def send(self, classified: Classified, ids: Mapping[int, str]) -> BaseException | None:
        """Ask the candidate of the records with these ids; return what went wrong."""
        trial, model = classified.trial, classified.model
        if trial is None or trial.mode is not TrafficMode.SHADOW or not ids:
            return None
        puts = {
            self.workers.submit(
                self._put, model.workspace_id, record_id, outcome.original
            ): record_id
            for index, record_id in ids.items()
            if isinstance(outcome := classified.outcomes[index], Answer)
        }
        wait(puts, timeout=self.seconds / 2)
        there = tuple(name for put, name in puts.items() if put.done() and not put.exception())
        work = ShadowWork(model.workspace_id, model.task_id, trial.trial_id, there)
        sent = self.workers.submit(self.queue.send, work) if there else None
        if sent is not None:
            wait([sent], timeout=self.seconds / 2)
        return _fault([*puts, *([] if sent is None else [sent])])

    def _put(self, workspace_id: str, record_id: str, data: bytes) -> None:
        self.blobs.put(shadow_key(workspace_id, record_id), data, "application/octet-stream")


def _fault(futures: list[Future[None]]) -> BaseException | None:
    for future in futures:
        if not future.done():
            future.cancel()
            return TimeoutError("a candidate was not asked in time")
        if future.exception() is not None:
            return future.exception()
    return None


@dataclass(frozen=True, slots=True)
class ShadowRunner:
    """Runs the candidate on what was put aside; again it does nothing."""

    tasks: TaskStore
    models: ModelStore
    store: TrialStore
    trials: Trials
    blobs: Blobs
    recognizer: Recognizer

    def __call__(self, work: ShadowWork) -> int:
        """Return how many pictures the candidate answered."""
        artifact = self._candidate(work)
        answered = 0 if artifact is None else self._answer(work, artifact)
        self.blobs.delete([shadow_key(work.workspace_id, one) for one in work.record_ids])
        return answered

    def _candidate(self, work: ShadowWork) -> Artifact | None:
        """Return the candidate, None where its trial is over."""
        try:
            task = self.tasks.get(work.workspace_id, work.task_id)
        except NotFound:
            return None
        trial = _running(task, work.trial_id)
        if trial is None:
            return None
        version = trial.candidate_version
        model = self.models.find_version(task.workspace_id, task.id, version)
        return None if model is None else model.artifact

    def _answer(self, work: ShadowWork, artifact: Artifact) -> int:
        waiting = [
            (record, picture)
            for record_id in work.record_ids
            if (record := self._unanswered(work, record_id)) is not None
            and (picture := self._picture(record, artifact)) is not None
        ]
        if not waiting:
            return 0
        with self.recognizer.ready(artifact) as model:
            rows = model.answer(self.recognizer.batch([picture for _, picture in waiting]))
        for (record, _), row in zip(waiting, rows, strict=True):
            self._note(record, artifact, list(row))
        return len(waiting)

    def _unanswered(self, work: ShadowWork, record_id: str) -> TrialRecord | None:
        record = self.store.find(work.workspace_id, work.task_id, record_id)
        return None if record is None or record.shadow is not None else record

    def _picture(self, record: TrialRecord, artifact: Artifact) -> Picture | None:
        try:
            data = self.blobs.get(shadow_key(record.workspace_id, record.id))
            return self.recognizer.decode(data, artifact.input_size)
        except (NotFound, InvalidInput):
            return None  # it waited for too long, or suits production's model alone

    def _note(self, record: TrialRecord, artifact: Artifact, outputs: list[float]) -> None:
        answer = given(artifact, outputs)
        where = (record.workspace_id, record.task_id, record.id)
        try:
            self.store.add_shadow(record, answer)
        except Conflict:
            changed = self.store.find(*where)
            if changed is None or changed.shadow is not None:
                return
            self.store.add_shadow(changed, answer)
        now = self.store.find(*where)
        if now is not None and now.truth is not None:
            # The truth was known before the candidate had answered.
            self.trials.report(*where, now.truth.given)


def _running(task: Task, trial_id: str) -> Traffic | None:
    trial = task.trial
    return trial if trial is not None and trial.trial_id == trial_id else None
