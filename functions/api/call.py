"""A request as the routes see it, read from API Gateway's event."""

import json
from collections.abc import Mapping
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from oriel.adapters.gateway import body_of, caller_of, header_of, read_object
from oriel.domain.errors import InvalidInput
from oriel.domain.page import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, PageRequest
from oriel.domain.workspace import Caller
from oriel.values import dataclass
from pydantic import ValidationError

from functions.api.forms import (
    MULTIPART,
    URLENCODED,
    media_type,
    read_multipart,
    read_urlencoded,
)
from functions.api.wire.base import Request

FIRST_PAGES = {"", "1"}
_LONGEST_NUMBER = 9

B = TypeVar("B", bound=Request)


@dataclass(frozen=True, slots=True)
class Call(Generic[B]):
    """One request; `ids` are the variable parts of its path, `accept` is its Accept header.

    `workspace_id` is the only workspace that its handler may see.
    """

    caller: Caller
    workspace_id: str
    path: str
    ids: Mapping[str, str]
    query: Mapping[str, str]
    body: B
    accept: str = ""

    def named_workspace(self) -> str | None:
        """Return the workspace that the request names, None for the default one."""
        named = {
            name
            for name in (self.query.get("workspace"), self.body.workspace)
            if not self.caller.means_default(name)
        }
        if len(named) > 1:
            raise InvalidInput("workspace: the query and the body name different ones")
        return named.pop() if named else None

    def page(self) -> PageRequest:
        """Return which page is asked for; raises InvalidInput."""
        cursor = self.query.get("page", "")
        return PageRequest(self._page_size(), None if cursor in FIRST_PAGES else cursor)

    def next_url(self, cursor: str | None) -> str | None:
        """Return the reference of the next page: this one's with all filters."""
        if cursor is None:
            return None
        return f"{self.path.rstrip('/')}/?{urlencode({**self.query, 'page': cursor})}"

    def _page_size(self) -> int:
        text = self.query.get("page_size") or str(DEFAULT_PAGE_SIZE)
        if not (text.isascii() and text.isdigit()) or not text.strip("0"):
            raise InvalidInput("page_size must be a whole number from 1")
        if len(text) > _LONGEST_NUMBER:
            raise InvalidInput("page_size is too long a number")
        return min(int(text), MAX_PAGE_SIZE)


def read_call(event: Mapping[str, Any], ids: Mapping[str, str], body: type[B] | None) -> Call[Any]:
    """Read an event.

    Raises Unauthenticated, InvalidInput naming the field, and PayloadTooLarge.
    """
    caller = caller_of(event)
    query = dict(event.get("queryStringParameters") or {})
    content = Request() if body is None else _read_body(event, body)
    accept = header_of(event, "accept")
    return Call(caller, caller.workspace_id, event["path"], ids, query, content, accept)


def _read_body(event: Mapping[str, Any], model: type[B]) -> B:
    data = body_of(event)
    content = _content(header_of(event, "content-type"), data, model) if data.strip() else {}
    try:
        return model.model_validate(_readable(content, model))
    except ValidationError as error:
        raise InvalidInput(_explain(error)) from None


def _content(content_type: str, data: bytes, model: type[B]) -> dict[str, Any]:
    """Read JSON, whatever it is called, unless it is called a form."""
    kind = media_type(content_type)
    if kind == MULTIPART:
        return read_multipart(content_type, data, model)
    # `curl -d` calls JSON a form too; the name of a form's field begins otherwise.
    if kind == URLENCODED and not data.lstrip().startswith((b"{", b"[")):
        return read_urlencoded(data, model)
    return read_object(data)


def _readable(content: dict[str, Any], model: type[Request]) -> dict[str, Any]:
    """Refuse what JSON can write and an answer could never repeat, such as half a character."""
    for name, value in content.items():
        if isinstance(value, bytes):
            continue
        try:
            json.dumps({name: value}, ensure_ascii=False).encode()
        except (UnicodeEncodeError, RecursionError):
            field = name if name in model.model_fields else "The request body"
            raise InvalidInput(f"{field}: must be Unicode text and not nested deeply") from None
    return content


def _explain(error: ValidationError) -> str:
    """Name each field and what is wrong with it; never repeats what was sent."""
    return "; ".join(
        ": ".join(filter(None, (_where(problem), problem["msg"].removeprefix("Value error, "))))
        for problem in error.errors(include_url=False, include_context=False, include_input=False)
    )


def _where(problem: Mapping[str, Any]) -> str:
    """Name the field, or nothing where the fields do not fit together."""
    return ".".join(str(part) for part in problem["loc"])
