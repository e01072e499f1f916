"""Reads of the usage table: strongly consistent, its outages in the product's words."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from oriel.adapters.dynamodb.attributes import Item, decode, encode
from oriel.adapters.dynamodb.keys import Key
from oriel.domain.errors import TemporarilyUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@contextmanager
def asking() -> Iterator[None]:
    """Raise TemporarilyUnavailable where the table does not answer what is asked within."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise TemporarilyUnavailable("The usage table did not answer; try again") from error


def find_item(client: "DynamoDBClient", table_name: str, key: Key) -> Item | None:
    """Return an item, None where there is none; raises TemporarilyUnavailable."""
    with asking():
        found = client.get_item(TableName=table_name, Key=encode(key), ConsistentRead=True)
    return decode(found["Item"]) if "Item" in found else None
