"""A row of the route table, from which both the resolver and the OpenAPI document are made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

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
    parameters.
    """

    method: str
    path: str
    handle: Callable[[Product, Call[B]], A | None]
    answer: type[A] | None
    body: type[B] | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
