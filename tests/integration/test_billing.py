"""What an owner is billed and chooses, on the deployed stacks: from answers to their cap."""

from typing import Any

import pytest

from infra.local.stack import Stack
from tests.integration.probes import eventually
from tests.integration.public_api import RED, Member, encoded, new_member, png

CLASSIFY, CAPS = "recognition/v2/classify", "account/v2/caps"
PRICE_MICROS = 590
"""Of the default plan."""


@pytest.fixture(scope="module")
def member(deployed: Stack) -> Member:
    return new_member(deployed)


@pytest.fixture(scope="module")
def task(member: Member) -> str:
    return member.trained_task()[0]


def classify(member: Member, task: str, count: int, key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return ask(member, task, [png(RED, seed) for seed in range(count)], headers)


def ask(member: Member, task: str, pictures: list[bytes], headers: dict[str, str]) -> Any:
    body = {"task_id": task, "records": [{"_base64": encoded(one)} for one in pictures]}
    return member.send("POST", CLASSIFY, json=body, headers=headers)


def units(member: Member) -> int:
    counted: int = member.get("account/v2/usage")["units"]
    return counted


def test_answers_are_counted_priced_and_held_to_what_the_owner_chose(
    member: Member, task: str
) -> None:
    first, again = (classify(member, task, 3, "three") for _ in range(2))
    assert (first.status_code, again.headers["Idempotent-Replayed"]) == (200, "true")
    receipt = first.json()["statistics"]["billing"]
    assert (receipt["units"], len(receipt["facts"])) == (3, 3)
    eventually(lambda: units(member) == 3)

    usage = member.get("account/v2/usage?by=token")
    [group] = usage["groups"]
    tokens = [one["id"] for one in member.get("account/v2/token")["results"]]
    assert (group["key"], group["units"]) == (tokens[0], 3)
    assert usage["price_micros"] == 3 * PRICE_MICROS
    assert member.get("account/v2/plan")["plan"]["price_micros"] == PRICE_MICROS

    caps = [{"scope": "task", "id": task, "credits": 5}]
    shown = member.send("PUT", CAPS, json={"caps": caps})
    assert (shown.status_code, shown.json()["caps"][0]["used"]) == (200, 3), shown.text
    quote = member.post("account/v2/quote", records=3, tasks=[task])
    assert (quote["allowed"], quote["room"]) == (False, 2)

    # Three that are no pictures: as long as the cap is not known everywhere they cost nothing.
    eventually(lambda: ask(member, task, [b"none"] * 3, {}).status_code == 403)
    refused = classify(member, task, 3).json()
    assert refused["code"] == "credits_exhausted"
    assert (refused["status"]["code"], refused["status"]["text"]) == (403, refused["detail"])
    assert classify(member, task, 2).json()["statistics"]["billing"]["remaining"] == 0
    assert classify(member, task, 1).status_code == 403
    assert classify(member, task, 3, "three").json() == first.json()
    eventually(lambda: units(member) == 5)

    report = member.get("account/v2/reports?periods=1")["periods"][0]
    assert (report["units"], report["price_micros"]) == (5, 5 * PRICE_MICROS)
    assert member.get("account/v2/details")["credits_counter"] == 5
