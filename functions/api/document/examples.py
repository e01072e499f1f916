"""Examples, made from schemas: what a field says of itself, else something of its kind."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from oriel.values import dataclass

Schema: TypeAlias = Mapping[str, Any]

SOME_ID = "5f0c3b1e-8d2a-4e6f-9b7c-1a2b3c4d5e6f"
_ONE_PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)
_REFERENCE = "#/components/schemas/"
_BY_FORMAT = {
    "uuid": SOME_ID,
    "date-time": "2026-11-21T08:30:00.000000Z",
    "date": "2026-11-21",
    "uri": "https://example.com/bolt.jpg",
}
_BY_NAME = {
    "name": "Screws and bolts",
    "email": "ada@example.com",
    "base64": _ONE_PIXEL,
    "_base64": _ONE_PIXEL,
    "_url": "https://example.com/bolt.jpg",
    "img_path": "https://images.example.com/bolt.jpg",
    "next": "/recognition/v2/task/?page=eyJzayI6IjIwMjYifQ",
}
_OF_IDS = {"id", "workspace", "labels", "images", "labels-add", "labels-remove"}
_OF_IDS |= {"task", "image", "label", "owner", "user", "default_workspace"}


@dataclass(frozen=True, slots=True)
class Examples:
    """Makes examples that a schema allows.

    Attributes:
        schemas: what references lead to, by name.
        whole: show every field, as an answer does; else fields that may be absent are left out
            unless they come with an example, or all of them may be.
    """

    schemas: Mapping[str, Schema]
    whole: bool = False

    def of(self, schema: Schema, name: str = "") -> Any:
        """Make an example; `name` is the field that it is for."""
        if schema.get("examples"):
            return schema["examples"][0]
        if "$ref" in schema:
            return self.of(self.schemas[schema["$ref"].removeprefix(_REFERENCE)], name)
        if schema.get("enum"):
            return schema["enum"][0]
        for union in ("anyOf", "oneOf", "allOf"):
            if union in schema and "properties" not in schema:
                return self.of(schema[union][0], name)
        return schema["const"] if "const" in schema else self._of_type(schema, name)

    def _of_type(self, schema: Schema, name: str) -> Any:
        kind = schema.get("type")
        if kind == "object":
            return self._object(schema)
        if kind == "array":
            wanted = max(1, schema.get("minItems", 0))
            return [self.of(schema.get("items", {}), name)] * wanted
        if kind == "string":
            return _text(schema, name)
        plain = {"integer": schema.get("minimum", 1), "number": 0.93, "boolean": True}
        return schema.get("default", plain.get(str(kind)))

    def _object(self, schema: Schema) -> dict[str, Any]:
        fields: Mapping[str, Schema] = schema.get("properties", {})
        chosen = {name for name, field in fields.items() if self.whole or field.get("examples")}
        chosen |= set(schema.get("required", ()))
        for choice in (schema.get("oneOf", ()), schema.get("anyOf", ())):
            chosen |= {name for one in choice[:1] for name in one.get("required", ())}
        # A change that changes nothing would be no example.
        chosen = chosen or fields.keys() - {"workspace"}
        return {name: self.of(field, name) for name, field in fields.items() if name in chosen}


def _text(schema: Schema, name: str) -> str:
    known = _BY_FORMAT.get(schema.get("format", "")) or _BY_NAME.get(name)
    if known is None and (name.endswith("_id") or name in _OF_IDS):
        known = SOME_ID
    return str(known or schema.get("default") or name or "text")
