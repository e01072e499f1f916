"""Limits hold before anything is answered: refusals, receipts, and what is given back."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from oriel.domain.billing.accounts import WHOLE, BillingAccount, Cap, Scope, ScopeKind
from oriel.domain.model import ModelLabel
from oriel.domain.task import NO_VERSION

from tests.fakes.callers import context_of
from tests.fakes.facts import TASK
from tests.fakes.reserving import capped
from tests.functional.inference.world import (
    WORKSPACE,
    Response,
    World,
    artifact,
    model,
    picture,
)

KEY = {"Idempotency-Key": "order-1"}
PERIOD = "2026-11-01"
TOKEN = "token-1"


def limit(world: World, most: int, *caps: Cap) -> None:
    before = world.accounts.find(WORKSPACE)
    changed = replace(capped(WORKSPACE, most, *caps), revision=before.revision if before else 0)
    world.accounts.save(changed)
    world.seconds += 1


def taken(world: World, scope: Scope = WHOLE, period: str = PERIOD) -> int:
    return world.accounts.taken.get((WORKSPACE, period, scope), 0)


def held(world: World) -> int:
    store: Any = world.usage._store
    return len(store.held)


def assert_exhausted(answer: Response, *words: str) -> None:
    assert answer.code == 403
    assert answer.body["code"] == "credits_exhausted"
    assert answer.body["status"]["code"] == 403
    assert answer.body["status"]["text"] == answer.body["detail"]
    for word in words:
        assert word in answer.body["detail"]


def test_answers_up_to_the_last_credit_and_not_beyond(world: World) -> None:
    limit(world, 3)
    for left in (2, 1, 0):
        answer = world.classify(picture())
        assert answer.body["statistics"]["billing"]["remaining"] == left
        assert answer.headers["X-Oriel-Remaining"] == str(left)
    assert_exhausted(world.classify(picture()), "1 credits", "cap of 3", "2026-12-01")
    assert len(world.recognizer.batches) == 3, "nothing is computed that may not be answered"
    assert (world.billed(), taken(world), held(world)) == (3, 3, 0)


def test_refuses_a_request_that_may_need_more_than_is_left(world: World) -> None:
    limit(world, 3)
    assert_exhausted(world.classify(*[picture()] * 4), "up to 4 credits")
    assert world.classify(*[picture()] * 3).code == 200
    assert world.billed() == 3


def test_of_ten_at_once_with_room_for_three_exactly_three_are_answered(world: World) -> None:
    limit(world, 3)
    together = Barrier(10)

    def ask(_: int) -> Response:
        together.wait()
        return world.classify(picture())

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(ask, range(10)))
    assert sorted(answer.code for answer in answers) == [200] * 3 + [403] * 7
    assert (world.billed(), taken(world), held(world)) == (3, 3, 0)


def test_ten_records_with_three_bad_ones_take_seven_units(world: World) -> None:
    limit(world, 10)
    good, bad = [picture()] * 7, [picture("no picture"), {}, {"_url": "https://pictures.test/0"}]
    answer = world.classify(*good[:3], *bad, *good[3:])
    receipt = answer.body["statistics"]["billing"]
    assert (receipt["units"], receipt["remaining"]) == (7, 3)
    assert len(receipt["facts"]) == 7
    assert (world.billed(), taken(world), held(world)) == (7, 7, 0)


def test_the_receipt_names_the_facts(world: World) -> None:
    answer = world.classify(picture(), picture("no picture"), picture(), headers=KEY)
    assert answer.body["statistics"]["billing"] == {
        "facts": ["key.order-1/0/0", "key.order-1/2/0"],
        "units": 2,
        "price_version": "2026-01",
        "remaining": None,
    }
    store: Any = world.usage._store
    made = {fact.id: (fact.price_version, fact.token_id) for fact in store.committed}
    assert set(made) == {"key.order-1/0/0", "key.order-1/2/0"}
    assert {version for version, _ in made.values()} == {"2026-01"}
    told = {name: answer.headers.get(name) for name in ("X-Oriel-Units", "X-Oriel-Remaining")}
    assert told == {"X-Oriel-Units": "2", "X-Oriel-Remaining": None}
    assert answer.headers["X-Oriel-Price-Version"] == "2026-01"
    shown = answer.headers["Access-Control-Expose-Headers"].split(", ")
    assert {"X-Oriel-Units", "X-Oriel-Price-Version", "X-Oriel-Remaining"} <= set(shown)


def test_a_retry_is_answered_again_though_nothing_is_left(world: World) -> None:
    limit(world, 1)
    first = world.classify(picture(), headers=KEY)
    again = world.classify(picture(), headers=KEY)
    assert again.body == first.body
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["X-Oriel-Units"] == "0"
    assert (world.billed(), taken(world), held(world)) == (1, 1, 0)


@pytest.mark.parametrize(
    ("scope", "who"),
    [(Scope(ScopeKind.TASK, TASK), TASK), (Scope(ScopeKind.TOKEN, TOKEN), TOKEN)],
)
def test_a_cap_of_a_task_or_token_holds_for_it_alone(world: World, scope: Scope, who: str) -> None:
    limit(world, 100, Cap(scope, credits=2))
    named = {**context_of(WORKSPACE, "someone"), "token_id": TOKEN}
    context = {"requestId": "r", "authorizer": named}
    answer = world.classify(picture(), picture(), requestContext=context)
    assert answer.body["statistics"]["billing"]["remaining"] == 0
    assert_exhausted(world.classify(picture(), requestContext=context), who)
    other = world.classify(picture())
    assert other.code == (403 if scope.kind is ScopeKind.TASK else 200)
    assert taken(world, scope) == 2


@pytest.mark.parametrize("headers", [{}, KEY])
@pytest.mark.parametrize("fault", ["model", "too large", "unknown version"])
def test_a_request_that_fails_gives_back_what_it_held(
    world: World, fault: str, headers: dict[str, str]
) -> None:
    limit(world, 5)
    body: dict[str, Any] = {"task_id": TASK, "records": [picture()]}
    if fault == "model":
        world.recognizer.broken = {"head-2"}
    if fault == "unknown version":
        body["version"] = 99
    if fault == "too large":
        labels = tuple(ModelLabel(str(number), "x" * 2_500_000) for number in range(3))
        world.core.models["model-2"] = replace(
            model(2), artifact=replace(artifact(2), labels=labels)
        )
    for _ in range(2):
        assert world.post(body, headers=headers).code in {400, 413, 500}
    world.workers.shutdown()
    assert (world.billed(), taken(world), held(world)) == (0, 0, 0)


def test_a_request_without_an_answer_gives_back_what_it_held(world: World) -> None:
    limit(world, 5)
    assert world.classify(picture("no picture")).code == 200
    assert world.classify(picture("no picture"), headers=KEY).code == 200
    assert (world.billed(), taken(world), held(world)) == (0, 0, 0)


def test_an_untrained_task_holds_nothing(world: World) -> None:
    limit(world, 5)
    world.core.tasks[TASK] = replace(world.core.tasks[TASK], production_version=NO_VERSION)
    assert world.classify(picture(), headers=KEY).code == 400
    assert (taken(world), held(world)) == (0, 0)


def test_what_died_is_in_nobodys_way_after_a_minute(world: World) -> None:
    limit(world, 1)
    world.reserve("key.order-1", picture())
    assert_exhausted(world.classify(picture()))
    world.now += timedelta(seconds=60)
    assert world.classify(picture()).code == 200
    assert (world.billed(), taken(world), held(world)) == (1, 1, 0)


def test_a_limit_is_known_a_second_later_and_gone_a_second_after_that(world: World) -> None:
    assert world.classify(picture(), picture()).code == 200
    world.accounts.save(capped(WORKSPACE, 0))
    assert world.classify(picture()).code == 200, "it is read once a second"
    world.seconds += 1
    assert_exhausted(world.classify(picture()))
    limit(world, 5)
    assert world.classify(picture()).code == 200


def test_a_new_period_brings_new_room(world: World) -> None:
    limit(world, 1)
    assert world.classify(picture()).code == 200
    assert_exhausted(world.classify(picture()))
    world.now = world.now.replace(month=12, day=1, hour=0)
    assert world.classify(picture()).code == 200
    assert (taken(world), taken(world, period="2026-12-01")) == (1, 1)


def test_without_a_key_and_a_limit_nothing_is_written_more_and_an_account_a_second_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    find = world.accounts.find

    def counted(workspace_id: str) -> BillingAccount | None:
        read.append(workspace_id)
        return find(workspace_id)

    monkeypatch.setattr(world.accounts, "find", counted)
    world.holds.faults = ["down"]
    for _ in range(3):
        for _ in range(5):
            assert world.classify(picture()).code == 200
        world.seconds += 1
    assert read == [WORKSPACE] * 3
    assert world.holds.faults == ["down"], "no hold was written, read or released"
    assert world.billed() == 15
