"""A fetcher that reaches this machine, and nothing else."""

from collections.abc import Callable, Sequence
from ipaddress import ip_address

from oriel.adapters.fetch import FetchRules, HttpFetcher
from oriel.adapters.public_addresses import Address

from tests.unit.fetch.server import Server

LOCAL = ip_address("127.0.0.1")
Resolve = Callable[[str, int], Sequence[Address]]


def to_local(_host: str, _port: int) -> Sequence[Address]:
    return [LOCAL]


def fetcher(
    *servers: Server,
    resolve: Resolve = to_local,
    max_bytes: int = 1000,
    timeout_seconds: float = 5.0,
) -> HttpFetcher:
    ports = frozenset({80, 443, *(server.port for server in servers)})
    rules = FetchRules(
        plain_http=True, ports=ports, max_bytes=max_bytes, timeout_seconds=timeout_seconds
    )
    return HttpFetcher(rules, is_allowed=lambda address: address == LOCAL, resolve=resolve)
