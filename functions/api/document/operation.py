"""A method of a path, as the document describes it."""

import inspect
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from oriel.domain.access import Permission
from oriel.values import dataclass
from pydantic import BaseModel

from functions.api.route import Parameter, Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What the document says of one operation.

    `explained` goes on where `summary` ends; `forms` tells whether the body may be a form; `also`
    are statuses that operations of its kind do not have, `texts` the media types of an answer that
    is no JSON.
    """

    method: str
    path: str
    name: str
    summary: str
    tag: str
    answer: type[BaseModel] | None
    explained: str = ""
    needs: Permission | None = None
    personal: bool = False
    body: type[BaseModel] | None = None
    forms: bool = True
    query: Mapping[str, str | Parameter] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    also: tuple[int, ...] = ()
    texts: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether it changes something."""
        return self.method not in {"GET", "HEAD"}


def of_route(route: Route[Any, Any]) -> Operation:
    """Describe a row of the route table: its handler's docstring is the text."""
    summary, _, explained = (inspect.getdoc(route.handle) or "").partition("\n\n")
    return Operation(
        method=route.method,
        path=route.path,
        name=_name(route),
        summary=" ".join(summary.split()),
        explained=explained.partition("\n\nRaises:")[0].strip(),
        tag=route.handle.__module__.rpartition(".")[2],
        needs=route.needs,
        personal=route.personal,
        answer=route.answer,
        body=route.body,
        query=route.query,
        status=route.status,
        also=route.also,
        texts=route.texts,
    )


def _name(route: Route[Any, Any]) -> str:
    name = f"{route.path.split('/')[3].replace('-', '_')}_{route.handle.__name__}"
    return f"{name}_{route.method.lower()}" if route.method in {"PUT", "PATCH"} else name
