"""Connections to one host that outlive requests."""

import functools
import http.client
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from urllib.parse import urlsplit

MOST_IDLE = 16


@dataclass(frozen=True, slots=True)
class Request:
    """What a server is asked; `path` is quoted and has no query."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said; header names are lower-case."""

    status: int
    headers: dict[str, str]
    body: bytes


class TooLong(Exception):
    """The answer is longer than was asked for."""


class Stale(Exception):
    """A kept connection was closed by the other side before it said anything."""


@functools.cache
def system_trust() -> ssl.SSLContext:
    """Read the certificates that this system trusts, which takes a while, once."""
    return ssl.create_default_context()


class Connections:
    """Sends requests over connections that are kept, one request at a time each."""

    def __init__(
        self,
        url: str,
        *,
        connect_seconds: float,
        read_seconds: float,
        trust: Callable[[], ssl.SSLContext] = system_trust,
    ) -> None:
        parts = urlsplit(url)
        self.host = parts.netloc
        self._name, self._port = parts.hostname or "", parts.port
        self._connect_seconds, self._read_seconds = connect_seconds, read_seconds
        self._tls = trust() if parts.scheme == "https" else None
        self._lock = Lock()
        self._idle: list[http.client.HTTPConnection] = []

    def ask(self, request: Request, max_bytes: int | None = None) -> Answer:
        """Send one request; raises OSError, HTTPException, Stale, and TooLong over `max_bytes`."""
        with self._lock:
            kept = self._idle.pop() if self._idle else None
        connection = kept or self._connect()
        try:
            answer = _exchange(connection, request, max_bytes)
        except (ConnectionError, http.client.BadStatusLine) as problem:
            connection.close()
            if kept is None:
                raise
            self._drop_idle()
            raise Stale from problem
        except BaseException:
            connection.close()
            raise
        self._keep(connection)
        return answer

    def _connect(self) -> http.client.HTTPConnection:
        connection = (
            http.client.HTTPConnection(self._name, self._port, timeout=self._connect_seconds)
            if self._tls is None
            else http.client.HTTPSConnection(
                self._name, self._port, timeout=self._connect_seconds, context=self._tls
            )
        )
        connection.connect()
        connection.sock.settimeout(self._read_seconds)
        return connection

    def _keep(self, connection: http.client.HTTPConnection) -> None:
        with self._lock:
            # Without a socket the other side said that it closes.
            if connection.sock is not None and len(self._idle) < MOST_IDLE:
                self._idle.append(connection)
                return
        connection.close()

    def __del__(self) -> None:
        self._drop_idle()

    def _drop_idle(self) -> None:
        """Close what is kept; where one was closed by the other side, the others are as old."""
        with self._lock:
            dropped, self._idle = self._idle, []
        for connection in dropped:
            with suppress(OSError):
                connection.close()


def _exchange(
    connection: http.client.HTTPConnection, request: Request, max_bytes: int | None
) -> Answer:
    connection.request(request.method, request.path, request.body or None, request.headers)
    with connection.getresponse() as response:
        if max_bytes is not None and (response.length or 0) > max_bytes:
            raise TooLong
        content = response.read() if max_bytes is None else response.read(max_bytes + 1)
        if max_bytes is not None and len(content) > max_bytes:
            raise TooLong
        if response.length:
            # Reading up to a limit, the library does not say it.
            raise http.client.IncompleteRead(content, response.length)
        kept = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, kept, content)
