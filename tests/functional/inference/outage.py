"""A way to a DynamoDB that refuses, breaks off or loses answers as one that is in trouble does."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from urllib.parse import urlsplit

from tests.fakes.serving import serving

THROTTLED = json.dumps(
    {"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException", "message": "Rate exceeded"}
).encode()
EVERYTHING = frozenset({"GetItem", "Query", "TransactWriteItems"})


class Fault(Enum):
    """THROTTLED says so, DOWN closes the connection, LOST does what is asked and says nothing."""

    THROTTLED = "throttled"
    DOWN = "down"
    LOST = "lost"


@dataclass
class Outage:
    """What goes wrong just now; `refused` are the operations that it went wrong with."""

    endpoint: str = ""
    refused: list[str] = field(default_factory=list)
    _fault: Fault | None = None
    _operations: frozenset[str] = EVERYTHING
    _times: int | None = None
    _until: float | None = None
    _seconds: float | None = None
    _lock: Lock = field(default_factory=Lock)

    def begin(
        self,
        fault: Fault,
        *,
        operations: frozenset[str] = EVERYTHING,
        times: int | None = None,
        seconds: float | None = None,
    ) -> None:
        """Begin with the next call; ends by itself after so many of them or so long, if ever."""
        self._fault, self._operations = fault, operations
        self._times, self._seconds, self._until = times, seconds, None

    def end(self) -> None:
        """Let everything work again."""
        self._fault = None

    def next(self, operation: str) -> Fault | None:
        """Return what goes wrong with a call."""
        with self._lock:
            if self._fault is None or operation not in self._operations:
                return None
            if self._until is None and self._seconds is not None:
                self._until = time.monotonic() + self._seconds
            if self._times == 0 or (self._until is not None and time.monotonic() > self._until):
                return None
            if self._times is not None:
                self._times -= 1
            self.refused.append(operation)
            return self._fault


class _Way(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fault = self.server.outage.next(self.headers["X-Amz-Target"].rpartition(".")[2])
        if fault is Fault.THROTTLED:
            self._answer(400, {"Content-Type": "application/x-amz-json-1.0"}, THROTTLED)
            return
        if fault is not Fault.DOWN:
            answer = self._ask(body)
        if fault is None:
            self._answer(*answer)
        else:
            self.close_connection = True

    def _ask(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        behind = self.server.behind
        connection = HTTPConnection(str(behind.hostname), behind.port, timeout=30)
        try:
            connection.request("POST", self.path, body, dict(self.headers))
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() in {"content-type", "x-amz-crc32", "x-amzn-requestid"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, outage: Outage, endpoint: str) -> None:
        super().__init__(("127.0.0.1", 0), _Way)
        self.outage = outage
        self.behind = urlsplit(endpoint)


@contextmanager
def outage_before(endpoint: str) -> Iterator[Outage]:
    """Stand before a DynamoDB; ask it at the `endpoint` of the outage."""
    outage = Outage()
    server = _Server(outage, endpoint)
    outage.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
    with serving(server):
        yield outage
