"""Connections to one host that outlive requests."""

import functools
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from urllib.parse import urlsplit

from oriel.adapters.lean_aws.exchange import Answer, Exchange, Request, Silent

MOST_IDLE = 16
_PORTS = {"http": 80, "https": 443}


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
        self._name, self._port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        self._connect_seconds, self._read_seconds = connect_seconds, read_seconds
        self._tls = trust() if parts.scheme == "https" else None
        self._lock = Lock()
        self._idle: list[Exchange] = []

    def ask(self, request: Request, max_bytes: int | None = None) -> Answer:
        """Send one request; raises OSError, BadAnswer, Stale, and TooLong over `max_bytes`."""
        with self._lock:
            kept = self._idle.pop() if self._idle else None
        exchange = kept or self._connect()
        try:
            answer = exchange.ask(request, max_bytes)
        except Silent as problem:
            exchange.close()
            if kept is None:
                raise
            self._drop_idle()
            raise Stale from problem
        except BaseException:
            exchange.close()
            raise
        self._keep(exchange)
        return answer

    def _connect(self) -> Exchange:
        place = self._name, self._port
        connection = socket.create_connection(place, timeout=self._connect_seconds)
        # Nothing is held back to be sent with what may follow: nothing does.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._tls is not None:
            connection = self._tls.wrap_socket(connection, server_hostname=self._name)
        connection.settimeout(self._read_seconds)
        return Exchange(connection)

    def _keep(self, exchange: Exchange) -> None:
        with self._lock:
            if exchange.lasting and len(self._idle) < MOST_IDLE:
                self._idle.append(exchange)
                return
        exchange.close()

    def __del__(self) -> None:
        self._drop_idle()

    def _drop_idle(self) -> None:
        """Close what is kept; where one was closed by the other side, the others are as old."""
        with self._lock:
            dropped, self._idle = self._idle, []
        for exchange in dropped:
            with suppress(OSError):
                exchange.close()
