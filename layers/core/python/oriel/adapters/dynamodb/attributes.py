"""DynamoDB's attribute values from plain Python values and back.

An item is a flat mapping of text, whole numbers, floats, booleans and bytes; a value of None is
left out. Deeper things are kept as JSON text, so that floats and empty keys come back as they were.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

Item: TypeAlias = dict[str, Any]


def encode(item: Mapping[str, Any]) -> Item:
    """Turn plain values into attribute values."""
    return {
        # Most is text, which is worth no call each.
        name: {"S": value} if isinstance(value, str) else encode_value(value)
        for name, value in item.items()
        if value is not None
    }


def decode(attributes: Mapping[str, Any]) -> Item:
    """Turn attribute values into plain values."""
    return {name: _decode_value(value) for name, value in attributes.items()}


def encode_value(value: str | float | bool | bytes) -> dict[str, Any]:
    """Turn one plain value into an attribute value."""
    match value:
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case bytes():
            return {"B": value}
        case _:
            return {"N": repr(value)}


def _decode_value(value: Mapping[str, Any]) -> str | float | bool | bytes:
    ((kind, content),) = value.items()
    match kind:
        case "N":
            return int(content) if content.lstrip("-").isdigit() else float(content)
        case "B":
            return bytes(content)
        case _:
            return content  # type: ignore[no-any-return]
