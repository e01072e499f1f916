"""Every limit in numbers, and how many requests are taken on each answer."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from oriel.domain.throttle import GatewayLimits

from functions.api.app import App
from tests.functional.api.conftest import CALLERS, PUBLIC, REQUEST_SECONDS, Client, World, png

PATH = "/account/v2/limits"


def limits(client: Client) -> Any:
    reply = client.get(PATH)
    assert reply.status == 200, reply.text
    return reply.json


def test_the_limits_of_requests_are_those_of_the_gateway(client: Client) -> None:
    requests = limits(client)["requests"]
    assert (requests["per_second"], requests["burst"]) == (CALLERS.per_second, CALLERS.burst)
    assert requests["public_per_second"] == PUBLIC.per_second
    assert requests["public_burst"] == PUBLIC.burst
    assert requests["seconds"] == REQUEST_SECONDS


def test_without_a_gateway_there_are_none(world: World, client: Client) -> None:
    app = App(replace(world.product(), gateway_limits=GatewayLimits()))
    reply = replace(client, app=app).get(PATH)
    assert "RateLimit-Policy" not in reply.headers
    numbers = reply.json["requests"]
    assert {name for name, value in numbers.items() if value is None} == {
        "per_second",
        "burst",
        "public_per_second",
        "public_burst",
        "seconds",
    }


def test_every_limit_is_a_number(client: Client) -> None:
    numbers = list(_leaves(limits(client)))
    assert len(numbers) > 40
    assert all(isinstance(number, int | float) for number in numbers)


def test_meta_data_may_be_as_long_as_it_says_and_no_longer(client: Client) -> None:
    most = limits(client)["image"]["meta_data"]
    longest = "x" * (most - len('{"a": ""}'))
    client.image(meta_data={"a": longest})
    assert refused(client, meta_data={"a": f"{longest}x"}) == 400


def test_an_upload_takes_as_many_labels_as_it_says_and_no_more(client: Client) -> None:
    most = limits(client)["image"]["labels_of_upload"]
    labels = [client.label(name=str(number))["id"] for number in range(most + 1)]
    client.image(labels=labels[:most])
    assert refused(client, labels=labels) == 400


def test_a_picture_may_have_as_many_pixels_as_it_says_and_no_more(client: Client) -> None:
    most = limits(client)["picture"]["pixels"]
    client.image(base64=base64.b64encode(png(most // 1000, 1000)).decode())
    assert refused(client, base64=base64.b64encode(png(most // 1000 + 1, 1000)).decode()) == 400


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (PATH, 200),
        ("/recognition/v2/task", 200),
        ("/recognition/v2/task/none", 404),
        ("/recognition/v2/nothing", 404),
    ],
)
def test_every_answer_says_how_many_requests_are_taken(
    client: Client, path: str, status: int
) -> None:
    reply = client.get(path)
    assert (reply.status, reply.headers["RateLimit-Policy"]) == (status, CALLERS.policy)
    assert "RateLimit-Policy" in reply.headers["Access-Control-Expose-Headers"].split(", ")


@pytest.mark.parametrize("path", ["/docs", "/openapi.json/"])
def test_what_is_public_has_limits_of_its_own(client: Client, path: str) -> None:
    reply = client.get(path)
    assert (reply.status, reply.headers["RateLimit-Policy"]) == (200, PUBLIC.policy)


def refused(client: Client, **fields: Any) -> int:
    picture = {"base64": base64.b64encode(png(28, 28)).decode()}
    return client.post("/recognition/v2/training-image", picture | fields).status


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for part in value.values():
            yield from _leaves(part)
    else:
        yield value
