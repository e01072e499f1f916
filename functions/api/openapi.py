"""Writes the OpenAPI document of the public API from the route table: `poe openapi`."""

import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from functions.api.app import ROUTES
from functions.api.route import Route
from functions.api.wire.classify import ClassifyAnswer, ClassifyRequest
from functions.api.wire.error import ErrorAnswer

DOCUMENT = Path("docs/openapi.json")
_REFERENCE = "#/components/schemas/{model}"

Schemas: TypeAlias = Mapping[Any, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Operation:
    """A method of a path, as the document describes it."""

    method: str
    path: str
    name: str
    summary: str
    answer: type[BaseModel] | None
    body: type[BaseModel] | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


_CLASSIFY = Operation(
    method="POST",
    path="/recognition/v2/classify",
    name="classify",
    summary="Classify up to ten pictures; each one that is answered costs a credit.",
    answer=ClassifyAnswer,
    body=ClassifyRequest,
)
_PREDICT = replace(
    _CLASSIFY,
    path="/custom/v2/predict",
    name="custom_predict",
    summary="The same as classify, by the name that custom models have in older clients.",
)


def operations() -> Sequence[Operation]:
    """Return all operations of the public API, whichever function answers them."""
    return (*map(_of_route, ROUTES), _CLASSIFY, _PREDICT)


def _of_route(route: Route[Any, Any]) -> Operation:
    name = f"{route.path.split('/')[3].replace('-', '_')}_{route.handle.__name__}"
    return Operation(
        method=route.method,
        path=route.path,
        name=f"{name}_{route.method.lower()}" if route.method in {"PUT", "PATCH"} else name,
        summary=(route.handle.__doc__ or "").strip(),
        answer=route.answer,
        body=route.body,
        query=route.query,
        status=route.status,
    )


def document() -> dict[str, Any]:
    """Describe the whole public API."""
    models: list[tuple[type[BaseModel], JsonSchemaMode]] = [(ErrorAnswer, "serialization")]
    for operation in operations():
        models += [(operation.body, "validation")] if operation.body else []
        models += [(operation.answer, "serialization")] if operation.answer else []
    schemas, definitions = models_json_schema(list(dict.fromkeys(models)), ref_template=_REFERENCE)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations():
        paths.setdefault(_path(operation.path), {})[operation.method.lower()] = _describe(
            operation, schemas
        )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "oriel",
            "version": "2",
            "description": "Custom image recognition. Every path may end in a slash.",
        },
        "security": [{"token": []}],
        "paths": paths,
        "components": {"schemas": definitions["$defs"], "securitySchemes": _SECURITY},
    }


_SECURITY = {
    "token": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "`Token ` and 40 hexadecimal characters.",
    }
}


def _path(path: str) -> str:
    return re.sub("<([a-z_]+)>", r"{\1}", path)


def _describe(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.path.split("/")[1]],
        "parameters": _parameters(operation),
        "responses": {
            str(operation.status): _answer(operation, schemas),
            "default": {
                "description": "What is wrong.",
                "content": _json(schemas[ErrorAnswer, "serialization"]),
            },
        },
    }
    if operation.body:
        content = _json(schemas[operation.body, "validation"])
        described["requestBody"] = {"content": content}
    return described


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    variable = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall("<([a-z_]+)>", operation.path)
    ]
    query = [
        {"name": name, "in": "query", "description": text, "schema": {"type": "string"}}
        for name, text in operation.query.items()
    ]
    return [*variable, *query]


def _answer(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    if operation.answer is None:
        return {"description": "Done."}
    content = _json(schemas[operation.answer, "serialization"])
    return {"description": "Done.", "content": content}


def _json(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def main() -> None:
    """Write the document."""
    DOCUMENT.write_text(to_text())
    sys.stdout.write(f"{DOCUMENT} describes {len(operations())} operations\n")


def to_text() -> str:
    """Return the document as it is committed."""
    return json.dumps(document(), indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    main()
