"""Keeps what was answered during a trial, so that labels that come later can be held against it.

The answer comes first: whatever goes wrong here costs a trial a picture and the caller nothing.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, wait
from dataclasses import field

from oriel.domain.clock import Clock
from oriel.domain.ids import derived_id
from oriel.domain.model import Artifact
from oriel.domain.task import TaskType
from oriel.domain.trial_record import Given, TrialRecord
from oriel.services.classify import Answer, Classified
from oriel.services.proposals import LIKELY
from oriel.trial_ports import TrialStore
from oriel.values import dataclass

NOTE_SECONDS = 1.0
"""What the answer may wait for."""


@dataclass(frozen=True, slots=True)
class Noted:
    """The ids of the records that are kept, by index; `fault` where they could not be."""

    ids: Mapping[int, str] = field(default_factory=dict)
    fault: BaseException | None = None


@dataclass(frozen=True, slots=True)
class TrialNotes:
    """Notes the answers of requests that a trial had a say in."""

    store: TrialStore
    workers: Executor
    clock: Clock
    seconds: float = NOTE_SECONDS

    def note(self, classified: Classified, request: Sequence[str]) -> Noted:
        """Keep each answer.

        `request` names the request: the same parts name the same records, and a picture that is
        kept as an image has the id of its record.
        """
        records = self._records(classified, request)
        if not records:
            return Noted()
        future = self.workers.submit(self.store.add, list(records.values()))
        wait([future], timeout=self.seconds)
        if not future.done():
            future.cancel()
            return Noted(fault=TimeoutError("the answers of a trial were not kept in time"))
        fault = future.exception()
        if fault is not None:
            return Noted(fault=fault)
        return Noted({index: record.id for index, record in records.items()})

    def _records(self, classified: Classified, request: Sequence[str]) -> Mapping[int, TrialRecord]:
        trial, model = classified.trial, classified.model
        if trial is None or model.version is None:
            return {}
        return {
            index: TrialRecord(
                id=derived_id(*request, str(index)),
                workspace_id=model.workspace_id,
                task_id=model.task_id,
                trial_id=trial.trial_id,
                version=model.version,
                candidate=model.version == trial.candidate_version,
                answer=given(classified.artifact, outcome.outputs),
                created=self.clock(),
            )
            for index, outcome in enumerate(classified.outcomes)
            if isinstance(outcome, Answer)
        }


def given(artifact: Artifact, outputs: Sequence[float]) -> Given:
    """Return what an answer says of its picture: class, tags from 0.5 on, or value."""
    if artifact.task_type is TaskType.REGRESSION:
        return float(outputs[0])
    pairs = list(zip(artifact.labels, outputs, strict=True))
    if artifact.task_type is TaskType.MULTI_CLASS:
        return frozenset({max(pairs, key=lambda pair: pair[1])[0].id})
    return frozenset(label.id for label, output in pairs if output >= LIKELY)
