"""Tells a workspace's people by its SNS topic what it has used of its allowances."""

import json
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from oriel.domain.billing.accounts import ScopeKind
from oriel.domain.billing.alerts import Alert
from oriel.domain.errors import TemporarilyUnavailable

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

ALL = 100
_MISSING = {"NotFound", "NotFoundException"}


class SnsAllowanceNotifier:
    """Sends text to people, JSON to addresses that are programs; `topics` begins each ARN."""

    def __init__(self, connect: Callable[[], "SNSClient"], topics: str) -> None:
        self._connect = connect
        self._topics = topics

    @cached_property
    def _client(self) -> "SNSClient":
        # Few batches tell anything, and it takes a cold start's time to make.
        return self._connect()

    def allowance_used(self, alert: Alert, used: int) -> None:
        """Say how many units were used; raises TemporarilyUnavailable.

        A workspace whose people gave no address has no topic: nobody there wants to hear.
        """
        forms = {"default": _text(alert, used), "https": json.dumps(_facts(alert, used))}
        try:
            self._client.publish(
                TopicArn=f"{self._topics}{alert.workspace_id}",
                Subject=f"oriel: {alert.level} % of an allowance is used",
                MessageStructure="json",
                Message=json.dumps(forms),
            )
        except ClientError as error:
            if error.response["Error"]["Code"] not in _MISSING:
                raise TemporarilyUnavailable("SNS does not take it now") from error
        except BotoCoreError as error:
            raise TemporarilyUnavailable("SNS did not answer; try again") from error


def _text(alert: Alert, used: int) -> str:
    whose = {
        ScopeKind.WORKSPACE: "The workspace",
        ScopeKind.TOKEN: f"Token {alert.scope.id}",
        ScopeKind.TASK: f"Task {alert.scope.id}",
    }[alert.scope.kind]
    said = (
        f"{whose} has used {used} of {alert.most} credits of the period that began on "
        f"{alert.period}."
    )
    if alert.level >= ALL:
        said += " What is asked beyond them is refused until the next period or a higher limit."
    return f"{said}\n\nWorkspace: {alert.workspace_id}"


def _facts(alert: Alert, used: int) -> dict[str, object]:
    return {
        "event": "allowance_used",
        "workspace": alert.workspace_id,
        "period": alert.period,
        "scope": alert.scope.kind,
        "id": alert.scope.id,
        "percent": alert.level,
        "used": used,
        "most": alert.most,
    }
