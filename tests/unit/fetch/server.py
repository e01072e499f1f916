"""A web server of this machine, as ill-behaved as a test wants."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread


@dataclass
class Server:
    """Gives each connection to `behave` after reading its request's head."""

    port: int
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    stopped: Event = field(default_factory=Event)


Behaviour = Callable[[socket.socket, Server], None]


def says(*lines: str, body: bytes = b"", status: str = "200 OK") -> Behaviour:
    """Answer with the header lines and body, and close."""
    head = "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode("latin-1")

    def behave(connection: socket.socket, _: Server) -> None:
        connection.sendall(head + body)

    return behave


@contextmanager
def serving(behave: Behaviour, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(listener.getsockname()[1])
        thread = Thread(target=_accept, args=(listener, server, behave, tls))
        thread.start()
        try:
            yield server
        finally:
            server.stopped.set()
            with suppress(OSError), socket.create_connection(("127.0.0.1", server.port)):
                pass
            thread.join(timeout=10)


def _accept(
    listener: socket.socket, server: Server, behave: Behaviour, tls: ssl.SSLContext | None
) -> None:
    while True:
        raw, _ = listener.accept()
        if server.stopped.is_set():
            raw.close()
            return
        server.connections += 1
        # The client leaves when it has seen enough: that ends a behaviour early.
        with suppress(OSError), _open(raw, tls) as connection:
            server.requests.append(_head(connection))
            behave(connection, server)


def _open(raw: socket.socket, tls: ssl.SSLContext | None) -> socket.socket:
    raw.settimeout(5)
    if tls is None:
        return raw
    try:
        return tls.wrap_socket(raw, server_side=True)
    except OSError:
        raw.close()
        raise


def _head(connection: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        chunk = connection.recv(4096)
        if not chunk:
            break
        head += chunk
    return head
