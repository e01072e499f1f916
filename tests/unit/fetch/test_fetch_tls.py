"""TLS goes to the checked address, but speaks with, and proves, the name."""

import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ipaddress import ip_address

import pytest
import trustme
from oriel.adapters.fetch import FetchRules, HttpFetcher
from oriel.adapters.public_addresses import Address
from oriel.domain.errors import InvalidInput

from tests.unit.fetch.server import Server, says, serving

LOCAL = ip_address("127.0.0.1")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@contextmanager
def secure(authority: trustme.CA, *names: str) -> Iterator[tuple[Server, list[str | None]]]:
    """Serve with a certificate of these names, and note the names that clients ask for."""
    asked: list[str | None] = []
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(*names).configure_cert(context)
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    with serving(says("Content-Length: 3", body=b"abc"), context) as server:
        yield server, asked


def fetcher(server: Server, authority: trustme.CA | None) -> HttpFetcher:
    def resolve(_host: str, _port: int) -> Sequence[Address]:
        return [LOCAL]

    def trust() -> ssl.SSLContext:
        context = ssl.create_default_context()
        if authority is not None:
            authority.configure_trust(context)
        return context

    rules = FetchRules(ports=frozenset({server.port}), timeout_seconds=5)
    return HttpFetcher(rules, is_allowed=lambda _: True, resolve=resolve, trust=trust)


def test_shows_the_name_and_checks_its_certificate(authority: trustme.CA) -> None:
    with secure(authority, "pictures.test") as (server, asked):
        got = fetcher(server, authority).fetch(f"https://Pictures.test:{server.port}/x")
    assert got.data == b"abc"
    assert asked == ["pictures.test"]
    assert f"Host: pictures.test:{server.port}".encode() in server.requests[0]


def test_refuses_a_certificate_of_another_name(authority: trustme.CA) -> None:
    with (
        secure(authority, "other.test", "127.0.0.1") as (server, _),
        pytest.raises(InvalidInput, match="certificate"),
    ):
        fetcher(server, authority).fetch(f"https://pictures.test:{server.port}/")
    assert server.requests == []


def test_refuses_a_certificate_that_nobody_vouches_for(authority: trustme.CA) -> None:
    with (
        secure(authority, "pictures.test") as (server, _),
        pytest.raises(InvalidInput, match="certificate"),
    ):
        fetcher(server, None).fetch(f"https://pictures.test:{server.port}/")


def test_refuses_to_be_sent_from_https_to_http(authority: trustme.CA) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("pictures.test").configure_cert(context)
    target = says("Location: http://pictures.test/", status="302 Found")
    with (
        serving(target, context) as server,
        pytest.raises(InvalidInput, match="must begin with https"),
    ):
        fetcher(server, authority).fetch(f"https://pictures.test:{server.port}/")


def test_waits_no_longer_for_a_handshake_that_never_ends() -> None:
    def silent(connection: socket.socket, server: Server) -> None:
        server.stopped.wait(5)
        connection.close()

    with serving(silent) as server:
        rules = FetchRules(ports=frozenset({server.port}), timeout_seconds=0.3)
        slow = HttpFetcher(rules, is_allowed=lambda _: True, resolve=lambda *_: [LOCAL])
        with pytest.raises(InvalidInput, match=r"within 0\.3 seconds"):
            slow.fetch(f"https://pictures.test:{server.port}/")
