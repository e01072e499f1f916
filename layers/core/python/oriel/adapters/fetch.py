"""Fetches what strangers' URLs point at, and nothing inside our own network.

Each hop, the first and every redirect, is checked anew: scheme, port, and that all addresses of
the host are public; the connection then goes to a checked address. The answer is streamed against
limits of bytes and time, and never decompressed. The price: no connection is reused.
"""

import http.client
import socket
import ssl
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_address
from typing import TypeAlias
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from oriel.adapters.pinned_http import Deadline, PinnedConnection
from oriel.adapters.public_addresses import Address, is_public
from oriel.domain.errors import InvalidInput
from oriel.domain.image import MAX_PICTURE_BYTES
from oriel.ports import Fetched

Resolve: TypeAlias = Callable[[str, int], Sequence[Address]]

MAX_REDIRECTS = 3
MAX_URL_CHARACTERS = 2048
_CHUNK_BYTES = 64 * 1024
_REDIRECTS = {301, 302, 303, 307, 308}
_OK = 200
_RESOLVERS = 32
_HEADERS = {
    "Accept": "image/*, */*;q=0.1",
    "Accept-Encoding": "identity",
    "Connection": "close",
    "User-Agent": "oriel",
}


def resolve(host: str, port: int) -> Sequence[Address]:
    """Ask the system's resolver; IPv4 addresses first, since a function often has no other way."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = {ip_address(str(entry[4][0]).partition("%")[0]) for entry in found}
    return sorted(addresses, key=lambda address: (address.version, int(address)))


@dataclass(frozen=True, slots=True)
class FetchRules:
    """What may be fetched, and how much of it."""

    plain_http: bool = False
    ports: frozenset[int] = frozenset({80, 443})
    max_bytes: int = MAX_PICTURE_BYTES
    timeout_seconds: float = 5.0


class HttpFetcher:
    """Fetches over https, and over http where the rules say so."""

    def __init__(
        self,
        rules: FetchRules,
        is_allowed: Callable[[Address], bool] = is_public,
        resolve: Resolve = resolve,
        trust: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        self._rules = rules
        self._is_allowed = is_allowed
        self._resolve = resolve
        self._trust = trust
        self._resolvers = ThreadPoolExecutor(_RESOLVERS, thread_name_prefix="resolve")

    def fetch(self, url: str) -> Fetched:
        """Return the content; raises InvalidInput with a reason that the caller may see."""
        deadline = Deadline(self._rules.timeout_seconds)
        try:
            for _ in range(MAX_REDIRECTS + 1):
                answer = self._hop(url, deadline)
                if isinstance(answer, Fetched):
                    return answer
                url = answer
        except TimeoutError:
            seconds = self._rules.timeout_seconds
            raise InvalidInput(f"_url was not answered within {seconds:g} seconds") from None
        except (OSError, http.client.HTTPException):
            raise InvalidInput("_url could not be fetched") from None
        raise InvalidInput(f"_url redirects more than {MAX_REDIRECTS} times")

    def _hop(self, url: str, deadline: Deadline) -> Fetched | str:
        """Ask one server; returns what it gave, or where it sends us."""
        parts = self._parse(url)
        connection = self._connect(parts, deadline)
        try:
            connection.request("GET", _target(parts), headers=_HEADERS)
            with connection.getresponse() as response:
                location = response.getheader("Location")
                if response.status in _REDIRECTS and location is not None:
                    return _joined(url, location)
                return self._content(response)
        finally:
            connection.close()

    def _parse(self, url: str) -> SplitResult:
        if len(url) > MAX_URL_CHARACTERS:
            raise InvalidInput(f"_url is longer than {MAX_URL_CHARACTERS} characters")
        if any(character < " " or character == "\x7f" for character in url):
            raise InvalidInput("_url holds control characters")
        try:
            url.encode()
            parts = urlsplit(url.strip())
            port = parts.port
        except ValueError:
            raise InvalidInput("_url is not a URL") from None
        allowed = {"https", "http"} if self._rules.plain_http else {"https"}
        if parts.scheme not in allowed:
            raise InvalidInput(f"_url must begin with {' or '.join(sorted(allowed))}")
        if parts.username is not None or parts.password is not None:
            raise InvalidInput("_url must not carry credentials")
        if port is not None and port not in self._rules.ports:
            raise InvalidInput("_url must use the usual port of its scheme")
        return parts

    def _connect(self, parts: SplitResult, deadline: Deadline) -> PinnedConnection:
        """Connect to the first address that answers, after all of them were found public."""
        host = _ascii_host(parts)
        secure = parts.scheme == "https"
        port = parts.port or (http.client.HTTPS_PORT if secure else http.client.HTTP_PORT)
        unreachable: OSError = OSError("no address")
        for address in self._checked_addresses(host, port, deadline):
            connection = PinnedConnection(
                host, port, address, deadline, self._context if secure else None
            )
            try:
                connection.connect()
            except ssl.SSLCertVerificationError:
                raise InvalidInput("The certificate of _url's server is not valid") from None
            except OSError as problem:
                unreachable = problem
            else:
                return connection
        raise unreachable

    def _checked_addresses(self, host: str, port: int, deadline: Deadline) -> Sequence[Address]:
        # The system's resolver knows no timeout; in a thread of its own it can be left behind.
        asked = self._resolvers.submit(self._resolve, host, port)
        try:
            addresses = asked.result(timeout=deadline.remaining())
        except (socket.gaierror, UnicodeError):
            raise InvalidInput("The host of _url is unknown") from None
        if not addresses or not all(self._is_allowed(address) for address in addresses):
            raise InvalidInput("_url must point to a public address")
        return addresses

    def _content(self, response: http.client.HTTPResponse) -> Fetched:
        if response.status != _OK:
            raise InvalidInput(f"The server of _url answered {response.status}")
        if response.getheader("Content-Encoding", "identity").strip().lower() != "identity":
            raise InvalidInput("The server of _url sent a compressed answer")
        limit = self._rules.max_bytes
        if response.length is not None and response.length > limit:
            raise InvalidInput(f"_url holds more than {limit} bytes")
        data = bytearray()
        while chunk := response.read(_CHUNK_BYTES):
            data += chunk
            if len(data) > limit:
                raise InvalidInput(f"_url holds more than {limit} bytes")
        if response.length:
            raise InvalidInput("The server of _url broke off")
        return Fetched(bytes(data), response.getheader("Content-Type", ""))

    @cached_property
    def _context(self) -> ssl.SSLContext:
        """Reading the trusted certificates takes a while: only once one is needed."""
        return self._trust()


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        raise InvalidInput("_url redirects to what is not a URL") from None


def _ascii_host(parts: SplitResult) -> str:
    try:
        host = (parts.hostname or "").encode("idna").decode()
    except UnicodeError:
        raise InvalidInput("The host of _url is not valid") from None
    if not host:
        raise InvalidInput("_url names no host")
    return host


def _target(parts: SplitResult) -> str:
    """Return path and query, with what people paste (blanks, letters) percent-encoded."""
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/?%:@!$&'()*+,;=~-._[]|")
    return f"{path}?{query}" if query else path
