"""A service on this machine that answers as it is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.fakes.serving import serving

Said = tuple[int, bytes] | tuple[int, bytes, int] | None
"""Status, body, and a length that is promised in place of the body's; None says nothing at all."""


@dataclass
class ServiceDouble:
    """Answers in the order of `script`, and its last entry for ever."""

    script: list[Said]
    url: str = ""
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    connections: set[int] = field(default_factory=set)

    def next(self) -> Said:
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]


@contextmanager
def service_double(*script: Said) -> Iterator[ServiceDouble]:
    double = ServiceDouble(list(script))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            double.asked.append((self.command, self.path, headers, body))
            double.connections.add(self.client_address[1])
            said = double.next()
            if said is None:
                self.close_connection = True
                return
            self.send_response(said[0])
            promised = said[2] if len(said) > 2 else len(said[1])
            self.send_header("Content-Length", str(promised))
            self.end_headers()
            self.wfile.write(said[1])
            self.wfile.flush()
            self.close_connection = promised != len(said[1])

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    double.url = f"http://127.0.0.1:{server.server_port}"
    with serving(server):
        yield double
