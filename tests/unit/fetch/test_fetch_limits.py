"""The fetcher against servers that are slow, large or broken."""

import gzip
import socket
import time
from collections.abc import Sequence
from threading import Event

import pytest
from oriel.adapters.public_addresses import Address
from oriel.domain.errors import InvalidInput

from tests.unit.fetch.local_fetcher import LOCAL, fetcher
from tests.unit.fetch.server import Server, says, serving


@pytest.mark.parametrize("status", ["404 Gone", "500 Oops", "204 Empty", "304 Same", "206 Part"])
def test_says_what_the_server_answered_instead(status: str) -> None:
    with (
        serving(says("Content-Length: 0", status=status)) as server,
        pytest.raises(InvalidInput, match=status[:3]),
    ):
        fetcher(server).fetch(f"http://h.test:{server.port}/")


def test_refuses_a_body_that_says_it_is_too_large() -> None:
    with (
        serving(says("Content-Length: 1001")) as server,
        pytest.raises(InvalidInput, match="more than 1000 bytes"),
    ):
        fetcher(server).fetch(f"http://h.test:{server.port}/")


@pytest.mark.parametrize("headers", [(), ("Transfer-Encoding: chunked",)])
def test_stops_reading_a_body_that_never_ends(headers: Sequence[str]) -> None:
    sent = 0

    def behave(connection: socket.socket, server: Server) -> None:
        nonlocal sent
        says(*headers)(connection, server)
        piece = b"x" * 65536
        framed = b"10000\r\n" + piece + b"\r\n" if headers else piece
        while not server.stopped.is_set():
            connection.sendall(framed)
            sent += len(piece)

    with serving(behave) as server, pytest.raises(InvalidInput, match="more than 100000 bytes"):
        fetcher(server, max_bytes=100_000).fetch(f"http://h.test:{server.port}/")
    assert sent < 50_000_000


@pytest.mark.parametrize("begins", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_waits_no_longer_for_a_drip_than_for_silence(begins: bytes) -> None:
    def behave(connection: socket.socket, server: Server) -> None:
        connection.sendall(begins)
        while not server.stopped.wait(0.02):
            connection.sendall(b"x")

    with serving(behave) as server:
        begun = time.monotonic()
        with pytest.raises(InvalidInput, match=r"within 0\.3 seconds"):
            fetcher(server, timeout_seconds=0.3).fetch(f"http://h.test:{server.port}/")
        assert time.monotonic() - begun < 3


def test_waits_no_longer_for_a_server_that_says_continue_without_end() -> None:
    def behave(connection: socket.socket, server: Server) -> None:
        while not server.stopped.wait(0.001):
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)

    with serving(behave) as server, pytest.raises(InvalidInput, match=r"within 0\.3 seconds"):
        fetcher(server, timeout_seconds=0.3).fetch(f"http://h.test:{server.port}/")


def test_waits_no_longer_for_a_name_server() -> None:
    answered = Event()

    def resolve(_host: str, _port: int) -> Sequence[Address]:
        answered.wait(timeout=30)
        return [LOCAL]

    begun = time.monotonic()
    with pytest.raises(InvalidInput, match=r"within 0\.2 seconds"):
        fetcher(resolve=resolve, timeout_seconds=0.2).fetch("http://h.test/")
    assert time.monotonic() - begun < 3
    answered.set()


def test_shares_its_time_among_redirects() -> None:
    def behave(connection: socket.socket, server: Server) -> None:
        server.stopped.wait(0.2)
        says("Location: /again", status="302 Found")(connection, server)

    with serving(behave) as server, pytest.raises(InvalidInput, match="seconds"):
        fetcher(server, timeout_seconds=0.5).fetch(f"http://h.test:{server.port}/")
    assert server.connections <= 3


def test_refuses_a_compressed_answer_unopened() -> None:
    bomb = gzip.compress(bytes(10_000_000))
    with (
        serving(says("Content-Encoding: gzip", body=bomb)) as server,
        pytest.raises(InvalidInput, match="compressed"),
    ):
        fetcher(server, max_bytes=1_000_000).fetch(f"http://h.test:{server.port}/")


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"\x00\x01\x02\r\n\r\n",
        b"SSH-2.0-x\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
    ],
)
def test_refuses_what_is_broken(broken: bytes) -> None:
    def behave(connection: socket.socket, _: Server) -> None:
        connection.sendall(broken)

    with serving(behave) as server, pytest.raises(InvalidInput, match="_url"):
        fetcher(server).fetch(f"http://h.test:{server.port}/")


def test_refuses_what_does_not_listen() -> None:
    with serving(says()) as server:
        gone = server.port
    with pytest.raises(InvalidInput, match="could not be fetched"):
        fetcher(Server(gone)).fetch(f"http://h.test:{gone}/")
