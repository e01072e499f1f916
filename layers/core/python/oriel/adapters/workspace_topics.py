"""The addresses that hear of trainings: subscriptions of an SNS topic for each workspace.

SNS asks for the confirmation itself, and takes an address once for a topic. One topic for all with
a filter by workspace would let the second workspace that names an address change the first one's.
A topic costs nothing; the first address makes it, and the workspace's deletion removes it.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from oriel.domain.errors import InvalidInput, NotFound, TemporarilyUnavailable
from oriel.domain.notification import Notification, NotificationKind

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sns.type_defs import SubscriptionTypeDef

PENDING = "PendingConfirmation"
"""https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html"""
DELETED = "Deleted"
_MISSING = {"NotFound", "NotFoundException"}
_PASSING = {"InternalError", "Throttled", "Throttling", "ThrottlingException"}

R = TypeVar("R")


class SnsNotificationStore:
    """Subscriptions; `topics` begins the ARN of every workspace's topic."""

    def __init__(self, connect: "Callable[[], SNSClient]", topics: str) -> None:
        self._connect = connect
        self._topics = topics

    @cached_property
    def _client(self) -> "SNSClient":
        # Only few requests need it, and it takes a cold start's time to make.
        return self._connect()

    def list(self, workspace_id: str) -> Sequence[Notification]:
        """Return all of a workspace's."""
        found = self._subscriptions(workspace_id)
        return [_read(workspace_id, one) for one in found if one["Protocol"] in _KINDS]

    def add(self, notification: Notification) -> None:
        """Ask whoever has the address to confirm it; raises InvalidInput."""
        name = self._topic(notification.workspace_id).rpartition(":")[2]

        def subscribe() -> None:
            made = self._client.create_topic(Name=name)
            self._client.subscribe(
                TopicArn=made["TopicArn"],
                Protocol=notification.kind,
                Endpoint=notification.address,
            )

        _ask(subscribe)

    def remove(self, notification: Notification) -> None:
        """Send nothing there any more; one that is gone is no error."""
        for one in self._subscriptions(notification.workspace_id):
            found = (one["Protocol"], one["Endpoint"])
            if found == (notification.kind, notification.address):
                arn = one["SubscriptionArn"]
                _ask(lambda arn=arn: self._client.unsubscribe(SubscriptionArn=arn))  # type: ignore[misc]

    def remove_all(self, workspace_id: str) -> None:
        """Remove the workspace's topic with its subscriptions; again is no error."""
        _ask(lambda: self._client.delete_topic(TopicArn=self._topic(workspace_id)))

    def _subscriptions(self, workspace_id: str) -> "Sequence[SubscriptionTypeDef]":
        """Return what one page holds: ten times as many as a workspace may have.

        Whoever has unsubscribed by the link in a message is listed for a while, and has no ARN.
        """
        topic = self._topic(workspace_id)
        try:
            found = _ask(lambda: self._client.list_subscriptions_by_topic(TopicArn=topic))
        except NotFound:
            return []
        return [one for one in found["Subscriptions"] if one["SubscriptionArn"] != DELETED]

    def _topic(self, workspace_id: str) -> str:
        return f"{self._topics}{workspace_id}"


_KINDS = frozenset(NotificationKind)


def _read(workspace_id: str, found: "SubscriptionTypeDef") -> Notification:
    return Notification(
        workspace_id=workspace_id,
        kind=NotificationKind(found["Protocol"]),
        address=found["Endpoint"],
        confirmed=found["SubscriptionArn"] != PENDING,
    )


def _ask(call: Callable[[], R]) -> R:
    """Call SNS; botocore has tried again already when this gives up."""
    try:
        return call()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _MISSING:
            raise NotFound("There is no such topic") from None
        if code in {"InvalidParameter", "InvalidParameterException"}:
            raise InvalidInput("address: no message can be sent there") from error
        if code in _PASSING:
            raise TemporarilyUnavailable("SNS is busy; try again") from error
        raise
    except BotoCoreError as error:
        raise TemporarilyUnavailable("SNS did not answer; try again") from error
