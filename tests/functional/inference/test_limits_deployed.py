"""Limits and keys through the deployed parts: lean client, table and price list."""

import json
from concurrent.futures import ThreadPoolExecutor

from oriel.domain.billing.accounts import WHOLE, BillingAccount, Cap

from tests.functional.inference.deployed import Deployment, base64_of
from tests.unit.inference.pictures import encoded

PICTURE = {"_base64": base64_of(encoded(64, 48))}


def limit(deployment: Deployment, most: int) -> None:
    caps = (Cap(WHOLE, credits=most),)
    account = BillingAccount(deployment.task.workspace_id, "pay-as-you-go", "2026-11", caps=caps)
    deployment.accounts.save(account)


def taken(deployment: Deployment) -> int:
    """Return the period's counter, once nothing is held any more."""
    items = {item["sk"]["S"]: item for item in deployment.usage_items()}
    assert "HOLD" not in items
    [counter] = [item for name, item in items.items() if name.startswith("TAKEN#")]
    return int(counter["taken"]["N"])


def test_of_ten_at_once_with_room_for_three_exactly_three_are_answered(
    deployment: Deployment,
) -> None:
    limit(deployment, 3)
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: deployment.classify(PICTURE), range(10)))
    codes = sorted(answer["statusCode"] for answer in answers)
    assert codes == [200] * 3 + [403] * 7, [answer["body"] for answer in answers]
    refused = json.loads(next(one["body"] for one in answers if one["statusCode"] == 403))
    assert refused["code"] == "credits_exhausted"
    assert deployment.billed() == 3
    assert taken(deployment) == 3


def test_an_answer_has_a_receipt_and_a_retry_costs_nothing(deployment: Deployment) -> None:
    limit(deployment, 2)
    first, again = (deployment.classify(PICTURE, {}, key="order-1") for _ in range(2))
    receipt = json.loads(first["body"])["statistics"]["billing"]
    assert receipt == {
        "facts": ["key.order-1/0/0"],
        "units": 1,
        "price_version": "2026-11",
        "remaining": 1,
    }
    assert first["headers"]["X-Oriel-Remaining"] == "1"
    assert (again["body"], again["headers"]["X-Oriel-Units"]) == (first["body"], "0")
    assert deployment.billed() == 1
    assert taken(deployment) == 1
