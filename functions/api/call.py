"""A request as the routes see it, read from API Gateway's event."""

import base64
import binascii
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, NoReturn, TypeVar
from urllib.parse import urlencode

from oriel.domain.errors import InvalidInput, NotFound, PayloadTooLarge, Unauthenticated
from oriel.domain.page import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, PageRequest
from oriel.domain.workspace import Caller
from pydantic import ValidationError

from functions.api.wire.base import Request

DEFAULT_WORKSPACE = "Default"
FIRST_PAGES = {"", "1"}
MAX_BODY_BYTES = 6 * 1024 * 1024
"""What Lambda takes; the same answer comes where nothing in front enforces it."""

_LONGEST_NUMBER = 9

B = TypeVar("B", bound=Request)


@dataclass(frozen=True, slots=True)
class Call(Generic[B]):
    """One request; `ids` are the variable parts of its path."""

    caller: Caller
    path: str
    ids: Mapping[str, str]
    query: Mapping[str, str]
    body: B

    @property
    def workspace_id(self) -> str:
        """The only workspace that this request can see."""
        return self.caller.workspace_id

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

    Raises Unauthenticated, InvalidInput naming the field, PayloadTooLarge, and NotFound where
    another workspace is named.
    """
    caller = _caller(event)
    query = dict(event.get("queryStringParameters") or {})
    content = Request() if body is None else _read_body(event, body)
    for named in (query.get("workspace"), content.workspace):
        if named not in {None, "", DEFAULT_WORKSPACE, caller.workspace_id}:
            raise NotFound("There is no workspace with this id")
    return Call(caller, event["path"], ids, query, content)


def _caller(event: Mapping[str, Any]) -> Caller:
    context = event["requestContext"].get("authorizer") or {}
    try:
        return Caller(context["workspace_id"], context["user_id"])
    except KeyError:
        raise Unauthenticated("Invalid token.") from None


def _read_body(event: Mapping[str, Any], model: type[B]) -> B:
    try:
        return model.model_validate(_readable(_json(_bytes(event)), model))
    except ValidationError as error:
        raise InvalidInput(_explain(error)) from None


def _bytes(event: Mapping[str, Any]) -> bytes:
    text = event.get("body") or ""
    try:
        data = base64.b64decode(text) if event.get("isBase64Encoded") else text.encode()
    except (binascii.Error, UnicodeError):
        raise InvalidInput("The request body cannot be read") from None
    if len(data) > MAX_BODY_BYTES:
        raise PayloadTooLarge(f"A request may hold at most {MAX_BODY_BYTES // 1024**2} MB")
    return data


def _json(data: bytes) -> dict[str, Any]:
    if not data.strip():
        return {}
    try:
        content = json.loads(data, parse_constant=_refuse_constant, parse_float=_finite)
    except (ValueError, RecursionError):
        raise InvalidInput("The request body is not valid JSON") from None
    if not isinstance(content, dict):
        raise InvalidInput("The request body must be a JSON object")
    return content


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("the number is too large")
    return number


def _readable(content: dict[str, Any], model: type[Request]) -> dict[str, Any]:
    """Refuse what JSON can write and an answer could never repeat, such as half a character."""
    for name, value in content.items():
        try:
            json.dumps({name: value}, ensure_ascii=False).encode()
        except (UnicodeEncodeError, RecursionError):
            field = name if name in model.model_fields else "The request body"
            raise InvalidInput(f"{field}: must be Unicode text and not nested deeply") from None
    return content


def _explain(error: ValidationError) -> str:
    """Name each field and what is wrong with it; never repeats what was sent."""
    return "; ".join(
        f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
        for problem in error.errors(include_url=False, include_context=False, include_input=False)
    )
