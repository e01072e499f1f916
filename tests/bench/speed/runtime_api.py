"""The Lambda Runtime API, as far as one invocation of one process goes.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.fakes.serving import serving

HOST = "127.0.0.1"
REQUEST_ID = "8476a536-e9f4-11e8-9739-2dfe598c3fcd"
ARN = "arn:aws:lambda:us-east-1:000000000000:function:inference"
PATIENCE_SECONDS = 29


class NotAnswered(Exception):
    """The process under test said that it failed; the message is what it said."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a handler returned; `at` is `time.perf_counter` when all of it had arrived."""

    at: float
    content: Any


@dataclass(frozen=True, slots=True)
class RuntimeApi:
    """Hands out one event; `answered` is its answer, or raises NotAnswered."""

    address: str
    answered: Future[Answered]


class KilledClients(ThreadingHTTPServer):
    """Serves processes that are ended in the middle of a connection, and finds nothing in it."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say what went wrong, unless it is that."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def runtime_api(event: dict[str, Any]) -> Iterator[RuntimeApi]:
    """Serve the API to one process while the block runs."""
    answered: Future[Answered] = Future()
    server = KilledClients((HOST, 0), _handler(json.dumps(event).encode(), answered))
    with serving(server) as port:
        yield RuntimeApi(f"{HOST}:{port}", answered)


def _handler(event: bytes, answered: Future[Answered]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if answered.done():
                # There is no second event: the process is frozen here until it is ended.
                self.close_connection = True
                return
            self.send_response(200)
            self.send_header("Lambda-Runtime-Aws-Request-Id", REQUEST_ID)
            self.send_header("Lambda-Runtime-Invoked-Function-Arn", ARN)
            deadline = round((time.time() + PATIENCE_SECONDS) * 1000)
            self.send_header("Lambda-Runtime-Deadline-Ms", str(deadline))
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(event)))
            self.end_headers()
            self.wfile.write(event)

        def do_POST(self) -> None:
            content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            at = time.perf_counter()
            if self.path.endswith("/response"):
                answered.set_result(Answered(at, content))
            else:
                answered.set_exception(NotAnswered(json.dumps(content)))
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
