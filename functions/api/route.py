"""A row of the route table, from which both the resolver and the OpenAPI document are made."""

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any, Generic, TypeVar

from oriel.domain.access import Permission
from oriel.domain.page import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE
from oriel.values import dataclass
from pydantic import BaseModel

from functions.api.call import Call
from functions.api.product import Product
from functions.api.wire.base import Request

B = TypeVar("B", bound=Request)
A = TypeVar("A", bound=BaseModel)

_TEXT: Mapping[str, Any] = {"type": "string"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the query, with the JSON Schema of what it takes."""

    description: str
    schema: Mapping[str, Any] = field(default_factory=lambda: _TEXT)
    required: bool = False


PAGING: Mapping[str, Parameter] = {
    "page": Parameter(
        "From `next` of the page before, or its number up to 200; absent or 1 for the first."
    ),
    "page_size": Parameter(
        f"More than {MAX_PAGE_SIZE} is taken as {MAX_PAGE_SIZE}.",
        {"type": "integer", "minimum": 1, "maximum": 999_999_999, "default": DEFAULT_PAGE_SIZE},
    ),
}


def an_id(description: str, *, required: bool = False) -> Parameter:
    """Describe a parameter that takes the id of something."""
    return Parameter(description, {"type": "string", "format": "uuid"}, required)


@dataclass(frozen=True, slots=True)
class Route(Generic[B, A]):
    """A method and path, who handles it, and what goes in and out.

    `body` is None where none is read, `answer` None where none is given; `query` describes the
    parameters, those that take any text by a description alone. `needs` is what the caller has to
    be allowed in the workspace, None where any good token is enough; it has no default, so that
    nobody adds a route without saying who may use it.
    With `personal` the token has to permit it and the role need not, as far as it is about what is
    the caller's own; the handler asks for the rest.
    `anywhere`: the body or the query names a thing by its id, which may lie in any workspace of the
    caller, as it may where the path names it; the public client names no workspace there.
    `also` are statuses that routes of its kind do not have.
    `texts` are the media types of an answer that is no JSON.
    """

    method: str
    path: str
    handle: Callable[[Product, Call[B]], A | None]
    answer: type[A] | None
    body: type[B] | None = None
    query: Mapping[str, str | Parameter] = field(default_factory=dict)
    status: int = 200
    needs: Permission | None = field(kw_only=True)
    personal: bool = field(default=False, kw_only=True)
    anywhere: bool = field(kw_only=True, default=False)
    also: tuple[int, ...] = field(kw_only=True, default=())
    texts: tuple[str, ...] = field(kw_only=True, default=())
