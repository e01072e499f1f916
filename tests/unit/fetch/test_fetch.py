"""The fetcher against servers of this machine; an injected rule lets it reach exactly those."""

import socket
from collections.abc import Sequence
from ipaddress import ip_address

import pytest
from oriel.adapters.fetch import FetchRules, HttpFetcher
from oriel.adapters.public_addresses import Address
from oriel.domain.errors import InvalidInput

from tests.unit.fetch.local_fetcher import LOCAL, fetcher, to_local
from tests.unit.fetch.server import Server, says, serving


def test_fetches_what_a_server_gives() -> None:
    with serving(says("Content-Type: image/png", "Content-Length: 3", body=b"abc")) as server:
        got = fetcher(server).fetch(
            f"http://pictures.test:{server.port}/a b/\u00fc.png?q=\u00fc&r=%20"
        )
    assert (got.data, got.content_type) == (b"abc", "image/png")
    head = server.requests[0].decode()
    assert head.startswith("GET /a%20b/%C3%BC.png?q=%C3%BC&r=%20 HTTP/1.1\r\n")
    assert f"Host: pictures.test:{server.port}\r\n" in head
    assert "Accept-Encoding: identity\r\n" in head


def test_fetches_chunks() -> None:
    chunks = b"2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
    with serving(says("Transfer-Encoding: chunked", body=chunks)) as server:
        assert fetcher(server).fetch(f"http://h.test:{server.port}/").data == b"abc"


def test_fetches_what_has_no_length() -> None:
    with serving(says(body=b"abc")) as server:
        assert fetcher(server).fetch(f"http://h.test:{server.port}").data == b"abc"


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://pictures.test/x",
        "gopher://pictures.test/",
        "data:image/png;base64,AAAA",
        "//pictures.test/x",
        "pictures.test/x.png",
        "http://",
        "http:///x.png",
        "http://user@pictures.test/",
        "http://user:secret@pictures.test/",
        "http://:@pictures.test/",
        "http://pictures.test:22/",
        "http://pictures.test:8080/",
        "http://pictures.test:99999/",
        "http://pictures.test:x/",
        "http://[::1/",
        "http://a..b/",
        "http://pictures.test\\@127.0.0.1/",
        "http://pictures.test%0d%0aX:y/",
        "http://pictures.test\u2028x/",
        "http:\\\\pictures.test/",
        "http:pictures.test/",
        "http://pictures.test/\r\nHost: x",
        "http://pictures.test/\x00",
        "http://pictures.test/\ud800",
        "http://pictures.test/" + "x" * 3000,
        "",
    ],
)
def test_refuses_what_is_no_plain_web_address(url: str) -> None:
    def never(_host: str, _port: int) -> Sequence[Address]:
        pytest.fail("the name was looked up all the same")

    with pytest.raises(InvalidInput, match="_url"):
        fetcher(resolve=never).fetch(url)


def test_refuses_http_unless_it_is_allowed() -> None:
    with pytest.raises(InvalidInput, match="must begin with https"):
        HttpFetcher(FetchRules(), resolve=to_local).fetch("http://pictures.test/")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "LOCALHOST.",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::1%25lo]",
        "0x7f.1",
        "0177.0.0.1",
        "2130706433",
        "127.1",
        "0",
        "127\u30020\u30020\u30021",
        "\u2460\u2461\u2466.0.0.1",
        "127.0.0.1.",
    ],
)
def test_refuses_this_machine_by_every_name(host: str) -> None:
    with serving(says(body=b"secret")) as server:
        rules = FetchRules(plain_http=True, ports=frozenset({server.port}))
        with pytest.raises(InvalidInput, match=r"public address|unknown"):
            HttpFetcher(rules).fetch(f"http://{host}:{server.port}/")
    assert server.connections == 0


def test_refuses_a_host_of_which_one_address_is_private() -> None:
    def resolve(_host: str, _port: int) -> Sequence[Address]:
        return [LOCAL, ip_address("10.0.0.1")]

    with serving(says(body=b"abc")) as server, pytest.raises(InvalidInput, match="public address"):
        fetcher(server, resolve=resolve).fetch(f"http://h.test:{server.port}/")
    assert server.connections == 0


def test_refuses_a_host_that_nobody_knows() -> None:
    def resolve(_host: str, _port: int) -> Sequence[Address]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    with pytest.raises(InvalidInput, match="unknown"):
        fetcher(resolve=resolve).fetch("http://h.test/")


def test_connects_to_the_address_that_was_checked_and_asks_no_second_time() -> None:
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> Sequence[Address]:
        asked.append(host)
        return [LOCAL] if len(asked) == 1 else [ip_address("169.254.169.254")]

    with serving(says("Content-Length: 3", body=b"abc")) as server:
        got = fetcher(server, resolve=rebinding).fetch(f"http://rebind.test:{server.port}/")
    assert got.data == b"abc"
    assert asked == ["rebind.test"]


def test_checks_the_host_of_a_redirect_anew() -> None:
    asked: list[str] = []

    def resolve(host: str, _port: int) -> Sequence[Address]:
        asked.append(host)
        return [LOCAL] if host == "h.test" else [ip_address(host)]

    target = "Location: http://169.254.169.254/latest/meta-data/"
    with (
        serving(says(target, status="302 Found")) as server,
        pytest.raises(InvalidInput, match="public address"),
    ):
        fetcher(server, resolve=resolve).fetch(f"http://h.test:{server.port}/")
    assert asked == ["h.test", "169.254.169.254"]


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "ftp://h.test/",
        "data:image/png;base64,AAAA",
        "http://h.test:22/",
        "http://user:secret@h.test/",
        "//h.test:22/",
        "http://[::1/",
        "http://h.test/" + "x" * 3000,
    ],
)
def test_checks_the_form_of_a_redirect_anew(location: str) -> None:
    with (
        serving(says(f"Location: {location}", status="301 Moved")) as server,
        pytest.raises(InvalidInput, match="_url"),
    ):
        fetcher(server).fetch(f"http://h.test:{server.port}/")
    assert server.connections == 1


@pytest.mark.parametrize("status", ["301 a", "302 b", "303 c", "307 d", "308 e"])
def test_follows_a_relative_redirect(status: str) -> None:
    def behave(connection: socket.socket, server: Server) -> None:
        first = server.connections == 1
        answer = says("Location: /other", status=status) if first else says(body=b"abc")
        answer(connection, server)

    with serving(behave) as server:
        assert fetcher(server).fetch(f"http://h.test:{server.port}/x").data == b"abc"
    assert server.requests[1].startswith(b"GET /other ")


def test_follows_three_redirects_and_no_more() -> None:
    with (
        serving(says("Location: /again", status="302 Found")) as server,
        pytest.raises(InvalidInput, match="more than 3 times"),
    ):
        fetcher(server).fetch(f"http://h.test:{server.port}/")
    assert server.connections == 4


@pytest.mark.parametrize("location", ["//10.0.0.1/x", "http://[fd00:ec2::254]/", "http://0/"])
def test_checks_the_address_of_a_redirect_anew(location: str) -> None:
    def resolve(host: str, _port: int) -> Sequence[Address]:
        return [LOCAL] if host == "h.test" else [ip_address("0.0.0.0" if host == "0" else host)]  # noqa: S104 - what some resolvers make of it

    with (
        serving(says(f"Location: {location}", status="302 Found")) as server,
        pytest.raises(InvalidInput, match="public address"),
    ):
        fetcher(server, resolve=resolve).fetch(f"http://h.test:{server.port}/")
    assert server.connections == 1


def test_names_an_address_of_ipv6_in_brackets() -> None:
    with serving(says(body=b"abc")) as server:
        fetcher(server).fetch(f"http://[2606:4700::1]:{server.port}/")
    assert f"Host: [2606:4700::1]:{server.port}\r\n".encode() in server.requests[0]


def test_asks_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(says(body=b"proxy")) as proxy, serving(says(body=b"abc")) as server:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert fetcher(server).fetch(f"http://h.test:{server.port}/").data == b"abc"
    assert proxy.connections == 0
