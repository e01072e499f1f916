"""Ten pictures at once, three of which fail each in its own way: the seven others are answered."""

import base64
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

import pytest
from oriel.adapters.fetch import FetchRules, HttpFetcher
from oriel.adapters.public_addresses import Address

from tests.functional.inference.world import LABELS, Response, World
from tests.unit.fetch.local_fetcher import LOCAL
from tests.unit.fetch.server import Server, says, serving

INSIDE = "169.254.169.254"
FETCH_SECONDS = 0.5
NO_PICTURE, HANGS, LEADS_INSIDE = 2, 5, 8
BROKEN = {NO_PICTURE, HANGS, LEADS_INSIDE}


def never_answers(_: socket.socket, server: Server) -> None:
    server.stopped.wait()


@pytest.fixture
def world(web: "Web") -> World:
    world = World()
    world.fetcher = web.fetcher()
    world.restart()
    return world


@dataclass
class Web:
    """One server that answers, one that never does, and one that leads to a private address."""

    good: Server
    silent: Server
    leading: Server

    def fetcher(self) -> HttpFetcher:
        """Reach these servers alone, by any name but that of the private address."""

        def resolve(host: str, _port: int) -> Sequence[Address]:
            return [ip_address(INSIDE) if host == "inside.test" else LOCAL]

        ports = frozenset({80, 443, self.good.port, self.silent.port, self.leading.port})
        rules = FetchRules(plain_http=True, ports=ports, timeout_seconds=FETCH_SECONDS)
        return HttpFetcher(rules, is_allowed=lambda address: address == LOCAL, resolve=resolve)

    def records(self) -> list[dict[str, Any]]:
        """Ten records, numbered by a field of their own; the good ones show label number % 3."""
        records = [
            {"number": number, "_base64": base64.b64encode(f"8x6:{number % 3}".encode()).decode()}
            for number in range(10)
        ]
        for number in (0, 3, 9):  # the server shows the first label to everybody
            records[number] = {"number": number, "_url": f"http://good.test:{self.good.port}/"}
        records[NO_PICTURE]["_base64"] = base64.b64encode(b"no picture").decode()
        records[HANGS] = {"number": HANGS, "_url": f"http://slow.test:{self.silent.port}/"}
        leading = f"http://friendly.test:{self.leading.port}/"
        records[LEADS_INSIDE] = {"number": LEADS_INSIDE, "_url": leading}
        return records


@pytest.fixture
def web() -> Iterator[Web]:
    with ExitStack() as stack:
        yield Web(
            good=stack.enter_context(serving(says("Content-Length: 5", body=b"8x6:0"))),
            silent=stack.enter_context(serving(never_answers)),
            leading=stack.enter_context(
                serving(says(f"Location: http://inside.test/{INSIDE}", status="302 Found"))
            ),
        )


def ask(web: Web, world: World) -> Response:
    return world.classify(*web.records(), headers={"Idempotency-Key": "order-1"})


# The silent server answers nobody before the test is over: what waits for it never ends.
@pytest.mark.timeout(30)
def test_seven_of_ten_are_answered_in_order_and_billed_and_three_say_why_not(
    web: Web, world: World
) -> None:
    answer = ask(web, world)

    assert answer.code == 200
    assert [record["number"] for record in answer.records] == list(range(10))
    problems = {
        record["number"]: record["_status"]["text"]
        for record in answer.records
        if record["_status"]["code"] != 200
    }
    assert problems.keys() == BROKEN
    assert "no picture" in problems[NO_PICTURE]
    assert f"within {FETCH_SECONDS:g} seconds" in problems[HANGS]
    assert "public address" in problems[LEADS_INSIDE]
    for record in answer.records:
        if record["number"] not in BROKEN:
            assert record["best_label"]["id"] == LABELS[record["number"] % 3].id
    assert world.recognizer.batches == [("head-2", 7)]
    assert world.billed() == 7
    assert not web.silent.stopped.is_set()


@pytest.mark.timeout(30)
def test_a_retry_is_answered_from_what_was_kept(web: Web, world: World) -> None:
    first, again = ask(web, world), ask(web, world)

    assert again.body == first.body
    assert again.headers["Idempotent-Replayed"] == "true"
    assert world.billed() == 7
