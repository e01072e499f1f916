"""Holds a new model against the production version, on the test pictures that both can answer.

The production version was measured on another test set, as pictures and labels change. So it
answers the new one, and the two are compared picture for picture. What it cannot answer counts
against it: it would get such pictures wrong in production as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from oriel.domain.activation import AGAINST, against
from oriel.domain.comparison import Comparison, compare
from oriel.domain.errors import OrielError
from oriel.domain.evaluation import Outcome
from oriel.domain.model import Artifact, ArtifactKind, ModelLabel
from oriel.domain.outcomes import outcomes
from oriel.domain.snapshot import Snapshot
from oriel.domain.task import TaskType
from oriel.ports import TaskStore
from oriel.services.answers import Answers
from oriel.training_ports import ModelStore
from oriel.values import dataclass

_NEVER = -1e30
"""The logit of a label that a model does not know; finite, as sums are made of logits."""


class Answerer(Protocol):
    """Answers the test pictures of a snapshot with a stored model."""

    def __call__(self, snapshot: Snapshot, artifact: Artifact) -> Answers:
        """Answer those that still exist, or a fixed part of them where they are many."""


@dataclass(frozen=True, slots=True)
class BesideProduction:
    """Compares, and notes the result in the new model's metrics; again it does the same."""

    tasks: TaskStore
    models: ModelStore
    backbone: str
    heads: Answerer
    networks: Answerer

    def __call__(
        self, model_id: str, snapshot: Snapshot, ours: Sequence[Outcome]
    ) -> Mapping[str, Any] | None:
        """Return what was noted, None where there is no production version."""
        workspace_id = snapshot.workspace_id
        version = self.tasks.get(workspace_id, snapshot.task_id).in_production
        if version is None:
            return None
        noted = against(version, self._compare(version, snapshot, ours))
        model = self.models.get(workspace_id, model_id)
        self.models.set_evaluated(replace(model, metrics={**model.metrics, AGAINST: noted}))
        return noted

    def _compare(
        self, version: int, snapshot: Snapshot, ours: Sequence[Outcome]
    ) -> Comparison | str:
        model = self.models.find_version(snapshot.workspace_id, snapshot.task_id, version)
        if model is None or model.artifact is None:
            return "the production version is gone"
        problem = self._problem(model.artifact, snapshot)
        if problem is not None:
            return problem
        try:
            theirs = self._outcomes(model.artifact, snapshot)
        except OrielError as error:
            return f"the production version could not be run on the new test pictures: {error}"
        return _paired(snapshot, ours, theirs)

    def _problem(self, artifact: Artifact, snapshot: Snapshot) -> str | None:
        if artifact.kind is ArtifactKind.HEAD and artifact.backbone != self.backbone:
            return "the production version stands on another backbone than this deployment uses"
        values = snapshot.task_type is TaskType.REGRESSION
        if values and artifact.labels[0].id != snapshot.labels[0].id:
            return "the production version answers the value of another label"
        return None

    def _outcomes(self, artifact: Artifact, snapshot: Snapshot) -> Sequence[Outcome]:
        answer = self.heads if artifact.kind is ArtifactKind.HEAD else self.networks
        answers = answer(snapshot, artifact)
        rows = [
            in_columns(row, artifact.labels, snapshot.labels, snapshot.task_type)
            for row in answers.logits
        ]
        return outcomes(snapshot.task_type, answers.items, rows)


def in_columns(
    row: Sequence[float],
    known: Sequence[ModelLabel],
    wanted: Sequence[ModelLabel],
    task_type: TaskType,
) -> list[float]:
    """Put a model's outputs into the order of other labels, by their ids.

    Of classes that are not wanted the likeliest keeps a column behind all others: an answer that
    names it is a wrong one.
    """
    by_id = {label.id: value for label, value in zip(known, row, strict=True)}
    columns = [by_id.pop(label.id, _NEVER) for label in wanted]
    if task_type is TaskType.MULTI_CLASS:
        columns.append(max(by_id.values(), default=_NEVER))
    return columns


def _paired(
    snapshot: Snapshot, ours: Sequence[Outcome], theirs: Sequence[Outcome]
) -> Comparison | str:
    of_ours = {outcome.image_id: outcome.score for outcome in ours}
    of_theirs = {
        outcome.image_id: outcome.score for outcome in theirs if outcome.image_id in of_ours
    }
    if not of_theirs:
        return "no test picture was left that both could answer"
    groups = {item.image_id: item.group for item in snapshot.items if item.image_id in of_theirs}
    return compare(
        {image_id: of_ours[image_id] for image_id in of_theirs},
        of_theirs,
        binary=snapshot.task_type is TaskType.MULTI_CLASS,
        groups=groups,
    )
