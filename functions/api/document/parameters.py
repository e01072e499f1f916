"""Parameters in paths, queries and headers."""

import re
from collections.abc import Iterator
from typing import Any

from functions.api.document.examples import Examples
from functions.api.document.operation import Operation
from functions.api.route import Parameter, an_id

_WORKSPACE = Parameter(
    'Absent or "Default" for the token\'s own workspace, or the id of another one of yours.',
    {"type": "string"},
)


_PATH_WORDS = {
    "config_type": Parameter("What is asked for.", {"type": "string", "enum": ["limits"]}),
    "period": Parameter("First day of the period.", {"type": "string", "format": "date"}),
}
"""What a path names otherwise than by an id."""


def template(path: str) -> str:
    """Spell a route's path as OpenAPI does."""
    return re.sub("<([a-z_]+)>", r"{\1}", path)


def parameters_of(operation: Operation) -> list[dict[str, Any]]:
    """Describe everything but the body."""
    return [*_in_path(operation), *_in_query(operation), *_in_headers(operation)]


def _in_path(operation: Operation) -> Iterator[dict[str, Any]]:
    for name in re.findall("<([a-z_]+)>", operation.path):
        told = _PATH_WORDS.get(name) or an_id(f"The {name.removesuffix('_id')}'s id.")
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "description": told.description,
            "schema": dict(told.schema),
            "example": Examples({}).of(told.schema),
        }


def _in_query(operation: Operation) -> Iterator[dict[str, Any]]:
    # Where there is a body, it is the body that names the workspace.
    named = {} if operation.body else {"workspace": _WORKSPACE}
    for name, given in {**operation.query, **named}.items():
        told = given if isinstance(given, Parameter) else Parameter(given)
        yield {
            "name": name,
            "in": "query",
            "required": told.required,
            "description": told.description,
            "schema": dict(told.schema),
            **({"example": Examples({}).of(told.schema, name)} if told.required else {}),
        }


def _in_headers(operation: Operation) -> Iterator[dict[str, Any]]:
    for name, description in operation.headers.items():
        yield {
            "name": name,
            "in": "header",
            "description": description,
            "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
        }
