"""Writes the OpenAPI document of the public API from the route table: `poe openapi`."""

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from functions.api.app import ROUTES
from functions.api.document.bodies import JSON, body_of
from functions.api.document.examples import Examples
from functions.api.document.inference import INFERENCE
from functions.api.document.operation import Operation, of_route
from functions.api.document.overview import INFO, SECURITY, tags_of
from functions.api.document.parameters import parameters_of, template
from functions.api.document.public import PUBLIC_PATHS
from functions.api.document.responses import HEADERS, components, responses_of
from functions.api.document.words import explained
from functions.api.wire.error import ErrorAnswer

DOCUMENT = Path("docs/openapi.json")
_REFERENCE = "#/components/schemas/{model}"

Schemas: TypeAlias = Mapping[Any, Mapping[str, Any]]
Definitions: TypeAlias = Mapping[str, Mapping[str, Any]]


def operations() -> Sequence[Operation]:
    """Return all operations of the public API, whichever function answers them."""
    return (*map(of_route, ROUTES), *INFERENCE)


def document() -> dict[str, Any]:
    """Describe the whole public API."""
    described = operations()
    schemas, definitions = _schemas(described)
    paths: dict[str, dict[str, Any]] = {}
    for operation in described:
        path = paths.setdefault(template(operation.path), {})
        path[operation.method.lower()] = _describe(operation, schemas, definitions)
    used = _used(definitions, paths)
    return {
        "openapi": "3.1.0",
        "info": INFO,
        "servers": [{"url": ".", "description": "Where this document was fetched."}],
        "security": [{"token": []}],
        "tags": tags_of(described),
        "paths": {**paths, **PUBLIC_PATHS},
        "components": {
            "schemas": used,
            "responses": components(),
            "headers": HEADERS,
            "securitySchemes": SECURITY,
        },
    }


def _schemas(described: Iterable[Operation]) -> tuple[Schemas, Definitions]:
    models: list[tuple[type[BaseModel], JsonSchemaMode]] = [(ErrorAnswer, "serialization")]
    for operation in described:
        models += [(operation.body, "validation")] if operation.body else []
        if operation.answer and not operation.texts:
            models.append((operation.answer, "serialization"))
    schemas, definitions = models_json_schema(list(dict.fromkeys(models)), ref_template=_REFERENCE)
    return schemas, {name: explained(one) for name, one in definitions["$defs"].items()}


def _used(definitions: Definitions, paths: Mapping[str, Any]) -> Definitions:
    """Leave out what nothing refers to, as bodies that are spelled out for forms."""
    text = json.dumps([paths, components()])
    while True:
        found = set(re.findall(_REFERENCE.format(model="(\\w+)"), text))
        used = {name: schema for name, schema in definitions.items() if name in found}
        if (longer := json.dumps([paths, components(), used])) == text:
            return used
        text = longer


def _describe(operation: Operation, schemas: Schemas, definitions: Definitions) -> dict[str, Any]:
    content: dict[str, Any] | None = None
    if operation.texts:
        content = {
            kind: {"schema": {"type": "string"}, "example": "..."} for kind in operation.texts
        }
    elif operation.answer:
        schema = schemas[operation.answer, "serialization"]
        content = {
            JSON: {"schema": schema, "example": Examples(definitions, whole=True).of(schema)}
        }
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": _description(operation),
        "tags": [operation.tag],
        "parameters": parameters_of(operation),
        "responses": responses_of(operation, content),
    }
    if operation.body:
        reference = schemas[operation.body, "validation"]
        described["requestBody"] = body_of(
            reference, definitions, forms=operation.forms, required=_required(operation.body)
        )
    return described


def _description(operation: Operation) -> str:
    if operation.needs is None:
        needed = "Any good token may do this."
    elif operation.personal:
        needed = (
            f"Needs a token with the scope `{operation.needs}`, and for what is others' a role "
            "with this permission."
        )
    else:
        needed = f"Needs the permission `{operation.needs}`."
    return "\n\n".join(part for part in (operation.explained, needed) if part)


def _required(body: type[BaseModel]) -> bool:
    return any(field.is_required() for field in body.model_fields.values())


def main() -> None:
    """Write the document."""
    DOCUMENT.write_text(to_text())
    sys.stdout.write(f"{DOCUMENT} describes {len(operations())} operations\n")


def to_text() -> str:
    """Return the document as it is committed."""
    return json.dumps(document(), indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    main()
