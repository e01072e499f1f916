"""Examples, made from schemas: what a field says of itself, else something of its kind."""

from collections.abc import Mapping
from typing import Any, TypeAlias

Schema: TypeAlias = Mapping[str, Any]

SOME_ID = "5f0c3b1e-8d2a-4e6f-9b7c-1a2b3c4d5e6f"
_REFERENCE = "#/components/schemas/"
_BY_FORMAT = {
    "uuid": SOME_ID,
    "date-time": "2026-11-21T08:30:00.000000Z",
    "date": "2026-11-21",
    "uri": "https://example.com/bolt.jpg",
}
_BY_NAME = {
    "id": SOME_ID,
    "name": "Screws and bolts",
    "email": "ada@example.com",
    "base64": "iVBORw0KGgoAAAANSUhEUgAA...",
    "_base64": "iVBORw0KGgoAAAANSUhEUgAA...",
    "_url": "https://example.com/bolt.jpg",
    "user_id": SOME_ID,
    "workspace": SOME_ID,
}
_OF_IDS = {"labels", "images", "labels-add", "labels-remove", "task", "image", "label"}


def example_of(schema: Schema, schemas: Mapping[str, Schema], name: str = "") -> Any:
    """Make an example that the schema allows.

    Fields that may be absent are left out, unless an example is given or nothing else is there.
    """
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].removeprefix(_REFERENCE)], schemas, name)
    for given in ("examples", "enum"):
        if schema.get(given):
            return schema[given][0]
    if "const" in schema:
        return schema["const"]
    for union in ("anyOf", "oneOf", "allOf"):
        if union in schema and "properties" not in schema:
            return example_of(schema[union][0], schemas, name)
    return _of_type(schema, schemas, name)


def _of_type(schema: Schema, schemas: Mapping[str, Schema], name: str) -> Any:
    kind = schema.get("type")
    if kind == "object":
        return _object(schema, schemas)
    if kind == "array":
        wanted = max(1, schema.get("minItems", 0))
        return [example_of(schema.get("items", {}), schemas, name)] * wanted
    if kind == "string":
        return _text(schema, name)
    plain = {"integer": schema.get("minimum", 1), "number": 0.93, "boolean": True}
    return schema.get("default", plain.get(str(kind)))


def _object(schema: Schema, schemas: Mapping[str, Schema]) -> dict[str, Any]:
    fields: Mapping[str, Schema] = schema.get("properties", {})
    chosen = set(schema.get("required", ())) | {
        name for name, field in fields.items() if field.get("examples")
    }
    for one in schema.get("oneOf", ())[:1]:
        chosen |= set(one.get("required", ()))
    return {
        name: example_of(field, schemas, name) for name, field in fields.items() if name in chosen
    }


def _text(schema: Schema, name: str) -> str:
    known = _BY_FORMAT.get(schema.get("format", "")) or _BY_NAME.get(name)
    if known is None and (name.endswith("_id") or name in _OF_IDS):
        known = SOME_ID
    return str(known or schema.get("default") or name or "text")
