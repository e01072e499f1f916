"""Trials of a candidate on a task's own traffic: begun by people, judged by labels that come later.

A picture's truth comes from whoever reports it, or from the verification of a picture that was kept
when it was classified. Each is counted once, in a transaction, and corrected by what comes later.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

from oriel.domain.clock import Clock
from oriel.domain.errors import Conflict, InvalidInput, NotFound, TemporarilyUnavailable
from oriel.domain.ids import is_id, new_id
from oriel.domain.model import MAX_VERSION
from oriel.domain.task import Task, TaskType
from oriel.domain.traffic import Traffic, TrafficMode
from oriel.domain.trial import Finding, Tally, TrialVerdict, judge_trial
from oriel.domain.trial_record import MICRO, Given, TrialRecord, Truth, micro_score
from oriel.image_ports import ImageStore
from oriel.ports import TaskStore
from oriel.training_ports import ModelStore
from oriel.trial_ports import TrialStore
from oriel.values import dataclass

ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """How a task's trial stands; all but the task is None where there never was one."""

    task: Task
    traffic: Traffic | None = None
    tally: Tally | None = None
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """A record whose truth is known, with the answering version's score; `counts` in a trial."""

    record: TrialRecord
    score: float
    counts: bool


@dataclass(frozen=True, slots=True)
class Trials:
    """What can be done with trials."""

    store: TrialStore
    tasks: TaskStore
    models: ModelStore
    images: ImageStore
    clock: Clock

    def begin(
        self, workspace_id: str, task_id: str, version: int, share: float, mode: TrafficMode
    ) -> Traffic:
        """Make what is to be the task's traffic; it counts from nothing unless it is so already.

        Raises NotFound for an unknown task, Conflict before a version is in production, and
        InvalidInput for what cannot be a candidate.
        """
        task = self.tasks.get(workspace_id, task_id)
        production = task.in_production
        if production is None:
            raise Conflict("The task has no production version to hold a candidate against")
        if version == production:
            raise InvalidInput("traffic.candidate_version: it is the production version already")
        known = 0 < version <= MAX_VERSION
        if not known or self.models.find_version(workspace_id, task_id, version) is None:
            raise InvalidInput(f"traffic.candidate_version: the task has no version {version}")
        running = task.trial
        asked = (version, share, mode)
        if running and asked == (running.candidate_version, running.share, running.mode):
            return running
        scale = self._error_scale(task, production)
        return Traffic(new_id(), mode, version, production, share, self.clock(), scale)

    def end(self, workspace_id: str, task_id: str, user_id: str) -> None:
        """End the trial, if one is under way. Raises NotFound."""
        task = self.tasks.get(workspace_id, task_id)
        if task.traffic is not None and task.traffic.ended is None:
            reason = f"Ended by the user {user_id}"
            self.store.end(task, replace(task.traffic, ended=self.clock(), reason=reason))

    def standing(self, workspace_id: str, task_id: str) -> Standing:
        """Return how the task's latest trial stands; raises NotFound."""
        task = self.tasks.get(workspace_id, task_id)
        if task.traffic is None:
            return Standing(task)
        return self._standing(task, task.traffic)

    def report(self, workspace_id: str, task_id: str, record_id: str, truth: Given) -> Counted:
        """Take down what is right of an answered record; again changes nothing.

        Raises NotFound for an unknown task or record.
        """
        task = self.tasks.get(workspace_id, task_id)
        # Whatever is no id may be longer than a key can be.
        counted = self._count(task, record_id, truth) if is_id(record_id) else None
        if counted is None:
            raise NotFound(
                "There is no record with this id: only answers that were given during a trial are "
                "kept, for 30 days"
            )
        return counted

    def image_verified(self, workspace_id: str, image_id: str) -> None:
        """Count a picture that was kept when it was classified and has been verified now."""
        image = self.images.get(workspace_id, image_id)
        prediction = image.meta_data.get("prediction") if image.meta_data else None
        task_id = prediction.get("task_id") if isinstance(prediction, dict) else None
        if not is_id(task_id):
            return
        try:
            task = self.tasks.get(workspace_id, str(task_id))
        except NotFound:
            return
        truth = self._truth_of(task, image_id)
        if truth is not None:
            self._count(task, image_id, truth)

    def _count(self, task: Task, record_id: str, given: Given) -> Counted | None:
        for _ in range(ATTEMPTS):
            record = self.store.find(task.workspace_id, task.id, record_id)
            if record is None:
                return None
            truth = scored(task, record, given)
            counted = Counted(record, truth.answered / MICRO, self._counts(task, record))
            if not counted.counts:
                return counted
            try:
                if truth != record.truth:
                    self.store.count(record, truth)
            except Conflict:
                continue  # somebody else noted something of it: look again
            # Also for what was counted before: whoever counted it may not have come this far.
            self._end_if_worse(task)
            return counted
        raise TemporarilyUnavailable("The record is busy; try again")

    def _counts(self, task: Task, record: TrialRecord) -> bool:
        return task.trial is not None and task.trial.trial_id == record.trial_id

    def _end_if_worse(self, task: Task) -> None:
        if task.trial is None:
            return
        finding = self._standing(task, task.trial).finding
        if finding is not None and finding.verdict is TrialVerdict.WORSE:
            reason = (
                f"Version {task.trial.candidate_version} does worse than version "
                f"{task.trial.production_version}: mean score {finding.difference:+.4g}, "
                f"p = {finding.p_value:.2g} (always valid)"
            )
            self.store.end(task, replace(task.trial, ended=self.clock(), reason=reason))

    def _standing(self, task: Task, traffic: Traffic) -> Standing:
        tally = self.store.tally(task.workspace_id, task.id, traffic.trial_id)
        paired = traffic.mode is TrafficMode.SHADOW
        return Standing(task, traffic, tally, judge_trial(tally, paired=paired))

    def _error_scale(self, task: Task, production: int) -> float:
        """Return the production version's mean error where the task is about values."""
        if task.type is not TaskType.REGRESSION:
            return 1.0
        model = self.models.find_version(task.workspace_id, task.id, production)
        error = None if model is None else model.metrics.get("mae")
        return float(error) if error and math.isfinite(error) else 1.0

    def _truth_of(self, task: Task, image_id: str) -> Given | None:
        """Return what a picture's labels say to the task, None where that is not clear."""
        asked = {label.id for label in self.tasks.labels(task.workspace_id, task.id)}
        carried = [
            one
            for one in self.images.labels(task.workspace_id, image_id)
            if one.label.id in asked and not one.proposal
        ]
        if task.type is TaskType.REGRESSION:
            values = [one.value for one in carried if one.value is not None]
            return values[0] if len(values) == 1 else None
        ids = [one.label.id for one in carried]
        return truth_of_labels(task, ids)


def truth_of_labels(task: Task, label_ids: Sequence[str]) -> Given | None:
    """Return what labels of a task say together, None where they say nothing or contradict."""
    named = frozenset(label_ids)
    if task.type is TaskType.MULTI_CLASS:
        return named if len(named) == 1 else None
    tags = named - {task.negative_label_id}
    return tags if named and (not tags or tags == named) else None


def scored(task: Task, record: TrialRecord, given: Given) -> Truth:
    """Score what was answered, and what the candidate said unheard."""
    scale = 1.0 if task.traffic is None else task.traffic.error_scale
    shadow = None if record.shadow is None else micro_score(task.type, record.shadow, given, scale)
    return Truth(given, micro_score(task.type, record.answer, given, scale), shadow)
