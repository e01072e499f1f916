"""As much of an HTTP/1.1 server as the stand-ins of AWS's services need, on asyncio alone.

Bodies have a Content-Length; connections are kept.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TypeAlias
from urllib.parse import unquote

from infra.local.ports import HOST

HEAD_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """Header names are in lower case; `path` is without query and escapes."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Response:
    """Content-Length is added."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


Handler: TypeAlias = Callable[[Request], Awaitable[Response]]


async def serve(handler: Handler, port: int) -> asyncio.Server:
    """Answer requests until the server is closed."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _converse(handler, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # The other side has gone: there is nobody left to tell.
        finally:
            writer.close()

    return await asyncio.start_server(connected, HOST, port, limit=HEAD_BYTES)


async def _converse(
    handler: Handler, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    while True:
        head = await reader.readuntil(b"\r\n\r\n")
        method, path, headers = parse_head(head)
        if headers.get("expect", "").lower() == "100-continue":
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        response = await handler(Request(method, path, headers, body))
        writer.write(head_of(response))
        writer.write(response.body)
        await writer.drain()


def parse_head(head: bytes) -> tuple[str, str, dict[str, str]]:
    """Return method, path and headers; raises ValueError for a body that comes in chunks."""
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    fields = (line.partition(":") for line in lines if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in fields}
    if "transfer-encoding" in headers:
        raise ValueError("a body in chunks is not understood here")
    return method, unquote(target.partition("?")[0]), headers


def head_of(response: Response) -> bytes:
    """Write the status line and the headers."""
    headers = {**response.headers, "Content-Length": str(len(response.body))}
    lines = [
        f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
