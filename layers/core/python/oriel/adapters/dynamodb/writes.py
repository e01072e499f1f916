"""Single writes of the core table, each with the condition under which it may happen.

Attribute names always go through placeholders, since many good names are reserved words.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from oriel.adapters.dynamodb.attributes import Item, encode, encode_value
from oriel.adapters.dynamodb.keys import Key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

LIVE = "attribute_exists(pk) AND attribute_not_exists(deleting)"
EXISTS = "attribute_exists(pk)"
NEW = "attribute_not_exists(pk)"


class Writes:
    """Makes the parts of a transaction on one table."""

    def __init__(self, table_name: str) -> None:
        self._name = table_name

    def put(
        self,
        item: Mapping[str, Any],
        condition: str = NEW,
        values: Mapping[str, Any] | None = None,
    ) -> "TransactWriteItemTypeDef":
        """Add an item, by default one that must be new."""
        return {
            "Put": {
                "TableName": self._name,
                "Item": encode(item),
                "ConditionExpression": condition,
                **_given(values),  # type: ignore[typeddict-item]
            }
        }

    def event(self, item: Mapping[str, Any]) -> "TransactWriteItemTypeDef":
        """Append an item whose key nothing else can have."""
        return {"Put": {"TableName": self._name, "Item": encode(item)}}

    def delete(
        self, key: Key, condition: str = EXISTS, values: Mapping[str, Any] | None = None
    ) -> "TransactWriteItemTypeDef":
        """Remove an item, by default one that must be there."""
        return {
            "Delete": {
                "TableName": self._name,
                "Key": encode(key),
                "ConditionExpression": condition,
                **_given(values),  # type: ignore[typeddict-item]
            }
        }

    def check(self, key: Key, condition: str = LIVE) -> "TransactWriteItemTypeDef":
        """Let the transaction happen only if the condition holds of an item."""
        return {
            "ConditionCheck": {
                "TableName": self._name,
                "Key": encode(key),
                "ConditionExpression": condition,
            }
        }

    def update(  # noqa: PLR0913 - an update expression has these parts
        self,
        key: Key,
        *,
        assign: Mapping[str, Any] | None = None,
        add: Mapping[str, int] | None = None,
        remove: Sequence[str] = (),
        condition: str = LIVE,
        values: Mapping[str, Any] | None = None,
    ) -> "TransactWriteItemTypeDef":
        """Change some attributes of an item."""
        request = update_request(assign or {}, add or {}, remove, condition, values or {})
        return {"Update": {"TableName": self._name, "Key": encode(key), **request}}  # type: ignore[typeddict-item]

    def count(self, key: Key, **changes: int) -> "TransactWriteItemTypeDef":
        """Change counters of an item that need not be there yet."""
        return self.count_within(key, changes, {})

    def count_within(
        self, key: Key, changes: Mapping[str, int], limits: Mapping[str, int]
    ) -> "TransactWriteItemTypeDef":
        """Change counters where those that have a limit are below it as yet."""
        condition = " AND ".join(
            f"(attribute_not_exists({name}) OR {name} < :most_{name})" for name in limits
        )
        values = {f"most_{name}": limit for name, limit in limits.items()}
        request = update_request({}, changes, (), condition, values)
        return {"Update": {"TableName": self._name, "Key": encode(key), **request}}  # type: ignore[typeddict-item]


def _given(values: Mapping[str, Any] | None) -> Any:
    """Name the values of a condition; DynamoDB refuses an empty mapping."""
    named = {f":{name}": encode_value(value) for name, value in (values or {}).items()}
    return {"ExpressionAttributeValues": named} if named else {}


def update_request(
    assign: Mapping[str, Any],
    add: Mapping[str, int],
    remove: Sequence[str],
    condition: str,
    values: Mapping[str, Any],
) -> Item:
    """Build the expression of an update; what is assigned None is removed."""
    gone = [*remove, *(name for name, value in assign.items() if value is None)]
    kept = {name: value for name, value in assign.items() if value is not None}
    clauses = [
        ("SET", [f"#{name} = :{name}" for name in kept]),
        ("ADD", [f"#{name} :{name}" for name in add]),
        ("REMOVE", [f"#{name}" for name in gone]),
    ]
    given = {f":{name}": encode_value(value) for name, value in {**kept, **add, **values}.items()}
    return {
        "UpdateExpression": " ".join(f"{verb} {', '.join(c)}" for verb, c in clauses if c),
        "ExpressionAttributeNames": {f"#{name}": name for name in [*kept, *add, *gone]},
        **({"ExpressionAttributeValues": given} if given else {}),
        **({"ConditionExpression": condition} if condition else {}),
    }
