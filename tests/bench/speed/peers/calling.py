"""Callers of a server: each sends one picture after the other over a connection it keeps."""

import http.client
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from infra.local.failures import LocalFailure
from infra.local.ports import HOST

PATIENCE_SECONDS = 60
SHOWN = 500
"""Characters of an unexpected answer."""


class CallFailed(LocalFailure):
    """A server answered with something else than success."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request that is sent as it stands."""

    path: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"


def connect(port: int) -> http.client.HTTPConnection:
    """Return a connection to a server on this machine; it opens with its first call."""
    return http.client.HTTPConnection(HOST, port, timeout=PATIENCE_SECONDS)


def ask(connection: http.client.HTTPConnection, call: Call) -> bytes:
    """Return the answer's body; raises CallFailed, and OSError or HTTPException without one."""
    connection.request(call.method, call.path, call.body, dict(call.headers))
    with connection.getresponse() as response:
        body = response.read()
    if response.status != http.client.OK:
        shown = body[:SHOWN].decode(errors="replace")
        raise CallFailed(f"{call.method} {call.path} was answered {response.status}: {shown}")
    return body


def drive(port: int, calls: Sequence[Call], callers: int, seconds: float) -> list[float]:
    """Let callers send the calls in turn for so long; return how many seconds each answer took.

    Raises CallFailed at the first answer that is no success.
    """
    begin = threading.Barrier(callers)

    def one(number: int) -> list[float]:
        connection = connect(port)
        begin.wait()
        try:
            return timed(lambda turn: _send(connection, calls, number + turn * callers), seconds)
        finally:
            connection.close()

    with ThreadPoolExecutor(callers) as threads:
        return [wait for waits in threads.map(one, range(callers)) for wait in waits]


def timed(
    send: Callable[[int], None],
    seconds: float,
    clock: Callable[[], float] = time.perf_counter,
) -> list[float]:
    """Send again and again, at least once, until the time is over; return what each one took."""
    waits: list[float] = []
    started = now = clock()
    while not waits or now < started + seconds:
        before = now
        send(len(waits))
        now = clock()
        waits.append(now - before)
    return waits


def _send(connection: http.client.HTTPConnection, calls: Sequence[Call], number: int) -> None:
    ask(connection, calls[number % len(calls)])
