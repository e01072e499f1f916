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
from functools import cached_property
from ipaddress import ip_address
from typing import TypeAlias

from oriel.adapters.pinned_http import Deadline, PinnedConnection
from oriel.adapters.public_addresses import Address, is_public
from oriel.adapters.web_address import WebAddress, parse_web_address, redirected
from oriel.domain.errors import InvalidInput
from oriel.domain.picture_limits import MAX_PICTURE_BYTES
from oriel.ports import Fetched
from oriel.values import dataclass

Resolve: TypeAlias = Callable[[str, int], Sequence[Address]]

MAX_REDIRECTS = 3
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
        rules = self._rules
        to = parse_web_address(url, plain_http=rules.plain_http, ports=rules.ports)
        connection = self._connect(to, deadline)
        try:
            connection.request("GET", to.target, headers=_HEADERS)
            with connection.getresponse() as response:
                location = response.getheader("Location")
                if response.status in _REDIRECTS and location is not None:
                    return redirected(url, location)
                return self._content(response)
        finally:
            connection.close()

    def _connect(self, to: WebAddress, deadline: Deadline) -> PinnedConnection:
        """Connect to the first address that answers, after all of them were found public."""
        tls = self._context if to.secure else None
        unreachable: OSError = OSError("no address")
        for address in self._checked_addresses(to, deadline):
            connection = PinnedConnection(to.host, to.port, address, deadline, tls)
            try:
                connection.connect()
            except ssl.SSLCertVerificationError:
                raise InvalidInput("The certificate of _url's server is not valid") from None
            except OSError as problem:
                unreachable = problem
            else:
                return connection
        raise unreachable

    def _checked_addresses(self, to: WebAddress, deadline: Deadline) -> Sequence[Address]:
        # The system's resolver knows no timeout; in a thread of its own it can be left behind.
        asked = self._resolvers.submit(self._resolve, to.host, to.port)
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
