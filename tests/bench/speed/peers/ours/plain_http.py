"""As much of an HTTP/1.1 server as the stand-ins of AWS's services need.

AWS's own run no Python, and what runs here counts beside servers that parse in C: so the loop and
the parser are in C too (uvloop, httptools), and a request takes few calls of Python. Connections
are kept; a caller waits for an answer before it sends its next request, and sends a body unasked.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from http.client import responses
from typing import Any, NamedTuple, TypeAlias, TypeVar, cast
from urllib.parse import unquote

import httptools
import uvloop

from infra.local.ports import HOST

Result = TypeVar("Result")


class Request(NamedTuple):
    """Header names are in lower case; `path` is without query and escapes."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Response(NamedTuple):
    """Content-Length is added."""

    status: int
    body: bytes
    headers: Mapping[str, str] = {}


Reply: TypeAlias = Callable[[Response], None]
"""Gives a caller its answer, now or later."""
Handler: TypeAlias = Callable[[Request, Reply], None]


def run(program: Coroutine[Any, Any, Result]) -> Result:
    """Run a program that serves."""
    return uvloop.run(program)


async def serve(handler: Handler, port: int) -> asyncio.Server:
    """Answer requests until the server is closed."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: Connection(handler), HOST, port)


class Connection(asyncio.Protocol):
    """One caller's."""

    _transport: asyncio.Transport

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._target: list[bytes] = []
        self._headers: dict[bytes, bytes] = {}
        self._body: list[bytes] = []
        # The parser calls what has these names: for most of them there is nothing to do but keep
        # what comes.
        self.on_url = self._target.append
        self.on_header = self._headers.__setitem__
        self.on_body = self._body.append
        self._parser = httptools.HttpRequestParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Go on; what is no HTTP raises, which closes the connection."""
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        """Let the request be answered, and forget it."""
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in self._headers.items()
        }
        target, body = b"".join(self._target).decode("latin-1"), b"".join(self._body)
        for kept in (self._target, self._headers, self._body):
            kept.clear()
        method, path = self._parser.get_method().decode(), unquote(target.partition("?")[0])
        self._handler(Request(method, path, headers, body), self._reply)

    def _reply(self, response: Response) -> None:
        if not self._transport.is_closing():
            self._transport.writelines((head_of(response), response.body))


def head_of(response: Response) -> bytes:
    """Write the status line and the headers."""
    status, body, headers = response
    lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
    return (
        f"HTTP/1.1 {status} {responses[status]}\r\n"
        f"{''.join(lines)}Content-Length: {len(body)}\r\n\r\n"
    ).encode("latin-1")
