"""Request bodies: JSON and, where the function reads them, forms."""

from collections.abc import Mapping
from typing import Any

from functions.api.document.examples import Examples, Schema
from functions.api.forms import MULTIPART, URLENCODED

JSON = "application/json"
_FILE = "application/octet-stream"


def is_file(field: Schema) -> bool:
    """Whether a field is the bytes of a file, of which JSON has none."""
    alternatives = field.get("anyOf", [field])
    return any(one.get("contentMediaType") == _FILE for one in alternatives)


def body_of(
    reference: Schema, schemas: Mapping[str, Schema], *, forms: bool, required: bool
) -> dict[str, Any]:
    """Describe a body in each of its forms; `schemas` are all of them, by name."""
    schema = schemas[str(reference["$ref"]).rpartition("/")[2]]
    files = [name for name, field in schema.get("properties", {}).items() if is_file(field)]
    in_json = without(schema, files) if files else reference
    content = {JSON: {"schema": in_json, "example": Examples(schemas).of(in_json)}}
    if forms:
        in_form = _for_form(schema)
        content[MULTIPART] = _form(in_form, schemas)
        content[URLENCODED] = _form(without(in_form, files), schemas)
    return {"required": required, "content": content}


def without(schema: Schema, names: list[str]) -> dict[str, Any]:
    """Leave fields out, and the choices that ask for them."""
    kept = {
        name: field for name, field in schema.get("properties", {}).items() if name not in names
    }
    left = {**schema, "properties": kept}
    choices = [
        one for one in schema.get("oneOf", ()) if set(one.get("required", ())).isdisjoint(names)
    ]
    left.pop("oneOf", None)
    if len(choices) == 1:
        return {**left, "required": [*schema.get("required", ()), *choices[0]["required"]]}
    return {**left, "oneOf": choices} if choices else left


def _for_form(schema: Schema) -> dict[str, Any]:
    """Say what a form can hold: no null, since absent is as good."""
    fields = {name: _never_null(field) for name, field in schema.get("properties", {}).items()}
    return {**schema, "properties": fields}


def _never_null(field: Schema) -> Schema:
    alternatives = [one for one in field.get("anyOf", ()) if one.get("type") != "null"]
    if len(alternatives) != 1:
        return field
    rest = {name: value for name, value in field.items() if name not in {"anyOf", "default"}}
    return {**alternatives[0], **rest}


def _form(schema: Schema, schemas: Mapping[str, Schema]) -> dict[str, Any]:
    """Describe a form: objects are JSON text in it, lists repeat their field."""
    encoding = {
        name: {"contentType": JSON}
        for name, field in schema.get("properties", {}).items()
        if field.get("type") == "object"
    }
    described = {"schema": schema, "example": Examples(schemas).of(schema)}
    return {**described, "encoding": encoding} if encoding else described
