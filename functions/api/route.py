"""A row of the route table, from which both the resolver and the OpenAPI document are made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from oriel.domain.access import Permission
from pydantic import BaseModel

from functions.api.call import Call
from functions.api.product import Product
from functions.api.wire.base import Request

B = TypeVar("B", bound=Request)
A = TypeVar("A", bound=BaseModel)

PAGING: Mapping[str, str] = {
    "page": "From `next` of the page before; absent or 1 for the first.",
    "page_size": "From 1; more than 500 is taken as 500.",
}


@dataclass(frozen=True, slots=True)
class Route(Generic[B, A]):
    """A method and path, who handles it, and what goes in and out.

    `body` is None where none is read, `answer` None where none is given; `query` describes the
    parameters. `needs` is what the caller has to be allowed in the workspace, None where any good
    token is enough; it has no default, so that nobody adds a route without saying who may use it.
    """

    method: str
    path: str
    handle: Callable[[Product, Call[B]], A | None]
    answer: type[A] | None
    body: type[B] | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    needs: Permission | None = field(kw_only=True)
