"""Alerts in the usage table: an item for each that was claimed, with `sent` once it was told."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from oriel.adapters.dynamodb.attributes import Item, encode
from oriel.adapters.dynamodb.billing_accounts import billing_key
from oriel.adapters.dynamodb.keys import Key
from oriel.adapters.dynamodb.transaction import CONDITION_FAILED_ALONE
from oriel.adapters.dynamodb.usage_reads import asking, find_item
from oriel.domain.billing.alerts import Alert
from oriel.domain.clock import to_iso
from oriel.domain.errors import TemporarilyUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TAKEN_FOR_DEAD = timedelta(minutes=1)
_UNCLAIMED = "attribute_not_exists(pk) OR (attribute_not_exists(sent) AND claimed < :dead)"


class DynamoAlertStore:
    """The usage table's alerts."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._name = table_name

    def is_told(self, alert: Alert) -> bool:
        """Say whether it was told; raises TemporarilyUnavailable."""
        found = find_item(self._client, self._name, _key(alert))
        return found is not None and "sent" in found

    def claim(self, alert: Alert, now: datetime) -> bool:
        """Take it on oneself to tell; False where it was told, or another does so just now.

        Whoever claimed it and did not say within a minute that he told it is taken for dead.
        Raises TemporarilyUnavailable.
        """
        try:
            self._client.put_item(
                TableName=self._name,
                Item=encode(_to_item(alert, now)),
                ConditionExpression=_UNCLAIMED,
                ExpressionAttributeValues=encode({":dead": to_iso(now - TAKEN_FOR_DEAD)}),
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == CONDITION_FAILED_ALONE:
                return False
            raise TemporarilyUnavailable("The usage table does not take it now") from error
        except BotoCoreError as error:
            raise TemporarilyUnavailable("The usage table did not answer; try again") from error
        return True

    def tell(self, alert: Alert, now: datetime) -> None:
        """Note that it was told; raises TemporarilyUnavailable."""
        item = {**_to_item(alert, now), "sent": True}
        with asking():
            self._client.put_item(TableName=self._name, Item=encode(item))


def _to_item(alert: Alert, now: datetime) -> Item:
    return {**_key(alert), "claimed": to_iso(now), "most": alert.most}


def _key(alert: Alert) -> Key:
    name = f"ALERT#{alert.period}#{alert.scope.key}#{alert.level:03d}"
    return billing_key(alert.workspace_id, name)
