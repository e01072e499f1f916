"""Announces trainings on SNS: to whoever operates the deployment, and to a workspace's people."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from oriel.domain.model import Model
from oriel.domain.task import NO_VERSION
from oriel.values import dataclass

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


class SnsNotifier:
    """Sends short messages: text to people, JSON to addresses that are programs.

    `topic_arn` hears how every training ends; `topics` begins the ARN of the topic that a workspace
    has once it has named an address.
    """

    def __init__(self, client: "SNSClient", topic_arn: str, topics: str) -> None:
        self._client = client
        self._topic_arn = topic_arn
        self._topics = topics

    def training_started(self, model: Model) -> None:
        """Announce a training that has begun."""
        text = f"A {model.mode} training has begun."
        self._tell_workspace(model, _said("training_started", "training began", text, model))

    def training_finished(self, model: Model) -> None:
        """Announce a model that was published or failed."""
        said = _said("training_finished", _subject(model), _outcome(model), model)
        self._publish(self._topic_arn, said)
        self._tell_workspace(model, said)

    def _tell_workspace(self, model: Model, said: "_Message") -> None:
        try:
            self._publish(f"{self._topics}{model.workspace_id}", said)
        except self._client.exceptions.NotFoundException:
            return  # nobody there wants to hear

    def _publish(self, topic_arn: str, said: "_Message") -> None:
        self._client.publish(
            TopicArn=topic_arn,
            Subject=said.subject,
            MessageStructure="json",
            Message=json.dumps(said.forms),
        )


@dataclass(frozen=True, slots=True)
class _Message:
    """`subject` is printable ASCII of less than 100 characters, as SNS needs it."""

    subject: str
    forms: Mapping[str, str]


def _said(event: str, subject: str, outcome: str, model: Model) -> _Message:
    forms = {"default": _text(outcome, model), "https": json.dumps(_facts(event, model))}
    return _Message(f"oriel: {subject}", forms)


def _subject(model: Model) -> str:
    return "training failed" if model.version is None else f"version {model.version} is trained"


def _outcome(model: Model) -> str:
    if model.version is None:
        return f"The {model.mode} training failed: {model.failure}"
    trained = f"Version {model.version} ({model.mode}) is trained{_quality(model)}."
    return f"{trained}\n{model.production_reason}" if model.production_reason else trained


def _text(outcome: str, model: Model) -> str:
    return "\n".join(
        [
            outcome,
            "",
            f"Task: {model.task_name} ({model.task_id})",
            f"Model: {model.id}",
            f"Workspace: {model.workspace_id}",
            f"More, below the API's address: GET {_path(model)}",
        ]
    )


def _facts(event: str, model: Model) -> dict[str, Any]:
    return {
        "event": event,
        "workspace": model.workspace_id,
        "task": model.task_id,
        "task_name": model.task_name,
        "model": model.id,
        "version": NO_VERSION if model.version is None else model.version,
        "train_status": model.train_status,
        "mode": model.mode,
        "accuracy": model.accuracy,
        "failure": model.failure,
        "production_reason": model.production_reason,
        "path": _path(model),
    }


def _path(model: Model) -> str:
    return f"/recognition/v2/model/{model.id}"


def _quality(model: Model) -> str:
    """Say how well it does by the figure that is usual for its type of task."""
    if model.metrics.get("mae") is not None:
        return f" with a mean absolute error of {model.metrics['mae']:.4g}"
    if model.metrics.get("mean_average_precision") is not None:
        return f" with a mean average precision of {model.metrics['mean_average_precision']:.3f}"
    return "" if model.accuracy is None else f" with an accuracy of {model.accuracy:.3f}"
