"""How many requests are taken stands on each answer of inference."""

from dataclasses import replace

import pytest
from oriel.domain.ids import new_id

from infra.constructs.throttle import CALLERS
from tests.functional.inference.deployed import Deployment
from tests.functional.inference.world import World, picture

STANDING = {"RateLimit-Policy": CALLERS.policy}


def test_it_is_what_the_deployment_was_told(deployment: Deployment) -> None:
    unknown = replace(deployment, task=replace(deployment.task, id=new_id()))
    for one, status in ((deployment, 200), (unknown, 404)):
        answer = one.classify(picture())
        assert (answer["statusCode"], answer["headers"].get("RateLimit-Policy")) == (
            status,
            CALLERS.policy,
        )


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/recognition/v2/classify", 400),
        ("GET", "/recognition/v2/classify", 405),
        ("POST", "/recognition/v2/nothing", 404),
    ],
)
def test_it_is_on_every_refusal(world: World, method: str, path: str, status: int) -> None:
    world.app = replace(world.app, standing=STANDING)
    answer = world.send(httpMethod=method, path=path)
    assert (answer.code, answer.headers["RateLimit-Policy"]) == (status, CALLERS.policy)
    assert "RateLimit-Policy" in answer.headers["Access-Control-Expose-Headers"].split(", ")


def test_it_is_on_the_admission_of_a_fault(world: World) -> None:
    world.app = replace(world.app, standing=STANDING)
    world.recognizer.highest = float("nan")
    answer = world.classify(picture())
    assert (answer.code, answer.headers["RateLimit-Policy"]) == (500, CALLERS.policy)


def test_where_nothing_limits_them_nothing_is_said(world: World) -> None:
    assert "RateLimit-Policy" not in world.classify(picture()).headers
