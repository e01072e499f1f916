"""Schemas as people read them."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from functions.api.page.markup import Html, element, inline, joined, table

Schema: TypeAlias = Mapping[str, Any]

_LIMITS = {
    "minimum": "from {}",
    "maximum": "up to {}",
    "minLength": "from {} characters",
    "maxLength": "up to {} characters",
    "minItems": "from {} items",
    "maxItems": "up to {} items",
    "pattern": "matches {}",
}
_FILE = "application/octet-stream"


def field_table(schema: Schema) -> Html:
    """List an object's fields."""
    required = set(schema.get("required", ()))
    rows = [
        (
            joined(element("code", name), *(mark() for _ in (1,) if name in required)),
            kind_of(field),
            told_of(field),
        )
        for name, field in schema.get("properties", {}).items()
    ]
    return table(("Field", "Type", "Meaning"), rows)


def mark() -> Html:
    """Mark what must be sent."""
    return element("small", " required", class_="required")


def told_of(schema: Schema) -> Html:
    """Say what a field means, its limits and its default."""
    limits = ", ".join(_limits(schema))
    default = schema.get("default")
    parts = [inline(schema.get("description", ""))]
    if limits:
        parts.append(element("small", f" {limits.capitalize()}."))
    if default not in (None, False, "", [], {}):
        parts.append(element("small", " Default ", element("code", str(default)), "."))
    return joined(*parts)


def kind_of(schema: Schema) -> Html:
    """Name a type, with a link where it has a table of its own."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return element("a", name, href=f"#model-{name}")
    for union in ("anyOf", "oneOf"):
        if union in schema and "properties" not in schema:
            return _either([kind_of(one) for one in schema[union]])
    if "enum" in schema:
        return _either([element("code", str(one)) for one in schema["enum"]])
    return _of_type(schema)


def _of_type(schema: Schema) -> Html:
    if "const" in schema:
        return element("code", str(schema["const"]))
    if schema.get("contentMediaType") == _FILE:
        return Html("file")
    kind = schema.get("type", "anything")
    if kind == "array":
        return joined("list of ", kind_of(schema.get("items", {})))
    return joined(str(schema.get("format", kind)).replace("date-time", "time"))


def _either(kinds: list[Html]) -> Html:
    return joined(*(joined(" or ", kind) if index else kind for index, kind in enumerate(kinds)))


def _limits(schema: Schema) -> Iterator[str]:
    for one in (schema, *schema.get("anyOf", ()), schema.get("items", {})):
        for name, text in _LIMITS.items():
            if name in one:
                yield text.format(one[name])
