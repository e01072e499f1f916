"""Which connections are kept, what closing them means, and whom they trust."""

import socket
import ssl

import pytest
import trustme
from oriel.adapters.lean_aws.connections import Connections, Stale
from oriel.adapters.lean_aws.exchange import BadAnswer, Request

from tests.unit.fetch.server import Server, says, serving

GET = Request("GET", "/x", {"Host": "aws.test"})
LENGTH = "Content-Length: 1"


def connections(server: Server, authority: trustme.CA | None = None) -> Connections:
    def trust() -> ssl.SSLContext:
        context = ssl.create_default_context()
        if authority is not None:
            authority.configure_trust(context)
        return context

    scheme = "http" if authority is None else "https"
    url = f"{scheme}://localhost:{server.port}"
    return Connections(url, connect_seconds=5, read_seconds=5, trust=trust)


def test_silence_on_a_new_connection_is_an_error_of_its_own() -> None:
    def nothing(_: socket.socket, __: Server) -> None:
        """Close."""

    with serving(nothing) as server, pytest.raises(ConnectionError):
        connections(server).ask(GET)


def test_silence_on_a_kept_connection_says_that_it_was_stale() -> None:
    with serving(says(LENGTH, body=b"x")) as server:
        asked = connections(server)
        assert asked.ask(GET).body == b"x"
        with pytest.raises(Stale):
            asked.ask(GET)
        assert asked.ask(GET).body == b"x"
    assert server.connections == 2


def test_half_an_answer_is_an_error_on_a_kept_connection_too() -> None:
    def halves(connection: socket.socket, _: Server) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")

    with serving(halves) as server:
        asked = connections(server)
        asked.ask(GET)
        with pytest.raises(BadAnswer):
            asked.ask(GET)


def test_a_connection_that_the_server_closes_is_not_kept() -> None:
    with serving(says(LENGTH, "Connection: close", body=b"x")) as server:
        asked = connections(server)
        for _ in range(2):
            assert asked.ask(GET).body == b"x"
    assert server.connections == 2


def test_a_server_that_stops_talking_is_not_waited_for() -> None:
    def stops(connection: socket.socket, server: Server) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Le")
        server.stopped.wait(5)

    with serving(stops) as server:
        url = f"http://127.0.0.1:{server.port}"
        with pytest.raises(TimeoutError):
            Connections(url, connect_seconds=5, read_seconds=0.05).ask(GET)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def secured(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_who_shows_the_hosts_certificate_is_asked(authority: trustme.CA) -> None:
    with serving(says(LENGTH, body=b"x"), secured(authority, "localhost")) as server:
        assert connections(server, authority).ask(GET).body == b"x"


@pytest.mark.parametrize("name", ["localhost", "other.test"])
def test_who_shows_another_certificate_is_asked_nothing(authority: trustme.CA, name: str) -> None:
    # The right name by an authority that is not trusted, or another name by one that is.
    trusted = trustme.CA() if name == "localhost" else authority
    tls = secured(authority, name)
    with (
        serving(says(LENGTH, body=b"x"), tls) as server,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        connections(server, trusted).ask(GET)
    assert server.requests == []
