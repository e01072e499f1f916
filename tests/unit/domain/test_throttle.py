"""What a deployment says of its gateway, as functions read it."""

import pytest
from oriel.domain.throttle import GatewayLimits, Throttle
from oriel.settings import Settings

from infra.constructs.throttle import Throttle as Enforced


@pytest.mark.parametrize(
    ("per_second", "burst", "policy"),
    [
        (200, 400, '"steady";q=200;w=1, "burst";q=400;w=2'),
        (200, 401, '"steady";q=200;w=1, "burst";q=401;w=3'),
        (10, 5, '"steady";q=10;w=1, "burst";q=5;w=1'),
    ],
)
def test_what_is_enforced_is_what_is_read(per_second: int, burst: int, policy: str) -> None:
    enforced = Enforced(per_second, burst)
    assert enforced.policy == policy
    assert Throttle.parse(policy) == Throttle(policy, per_second, burst)


@pytest.mark.parametrize("policy", ["", "200/400", '"steady";q=x;w=1, "burst";q=400;w=2'])
def test_what_is_no_policy_is_refused(policy: str) -> None:
    with pytest.raises(ValueError, match="not a policy"):
        Throttle.parse(policy)


def test_without_a_gateway_nothing_is_limited() -> None:
    assert Settings({}).gateway_limits == GatewayLimits(None, None, None)
    assert Settings({"RATE_LIMIT_POLICY": ""}).gateway_limits.callers is None


def test_a_function_is_told_by_its_environment() -> None:
    callers, public = Enforced(200, 400).policy, Enforced(10, 20).policy
    told = {
        "RATE_LIMIT_POLICY": callers,
        "PUBLIC_RATE_LIMIT_POLICY": public,
        "REQUEST_SECONDS": "29",
    }
    limits = Settings(told).gateway_limits
    assert limits == GatewayLimits(Throttle.parse(callers), Throttle.parse(public), 29)
