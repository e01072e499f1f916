"""Announces finished trainings on an SNS topic."""

from typing import TYPE_CHECKING

from oriel.domain.model import Model

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


class SnsNotifier:
    """Sends a short mail-like message a training to whoever subscribed to the topic."""

    def __init__(self, client: "SNSClient", topic_arn: str) -> None:
        self._client = client
        self._topic_arn = topic_arn

    def training_finished(self, model: Model) -> None:
        """Announce a model that was published or failed."""
        self._client.publish(
            TopicArn=self._topic_arn, Subject=_subject(model), Message=_message(model)
        )


def _subject(model: Model) -> str:
    """Say what happened in printable ASCII of less than 100 characters, as SNS needs it."""
    if model.version is None:
        return "oriel: training failed"
    return f"oriel: version {model.version} is live"


def _message(model: Model) -> str:
    if model.version is None:
        outcome = f"The {model.mode} training failed: {model.failure}"
    else:
        outcome = f"Version {model.version} ({model.mode}) is live{_quality(model)}."
    return "\n".join(
        [
            outcome,
            "",
            f"Task: {model.task_name} ({model.task_id})",
            f"Model: {model.id}",
            f"Workspace: {model.workspace_id}",
        ]
    )


def _quality(model: Model) -> str:
    """Say how well it does by the figure that is usual for its type of task."""
    if model.metrics.get("mae") is not None:
        return f" with a mean absolute error of {model.metrics['mae']:.4g}"
    if model.metrics.get("mean_average_precision") is not None:
        return f" with a mean average precision of {model.metrics['mean_average_precision']:.3f}"
    return "" if model.accuracy is None else f" with an accuracy of {model.accuracy:.3f}"
