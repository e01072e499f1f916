"""Plans, caps, quotes and reports over HTTP."""

from dataclasses import replace
from typing import Any

import pytest
from oriel.domain.billing.accounts import WHOLE, BillingAccount, SoldPack
from oriel.domain.ids import new_id
from oriel.domain.usage import RequestKey, StoredReply, UsageFact

from tests.fakes.billing import LARGE, OPEN, PRICES, SMALL
from tests.functional.api.conftest import Client, World

PLAN, CAPS, QUOTE = "/account/v2/plan", "/account/v2/caps", "/account/v2/quote"


def agree(world: World, client: Client, plan_id: str, **fields: Any) -> None:
    world.billing_accounts.save(BillingAccount(client.workspace, plan_id, PRICES.version, **fields))


def use(world: World, client: Client, units: int, task_id: str = "t", token_id: str = "") -> None:
    key = RequestKey(f"req.{new_id()}")
    made = [
        UsageFact(client.workspace, key, index, task_id, 1, 1, world.clock(), token_id=token_id)
        for index in range(units)
    ]
    world.usage.commit(client.workspace, key, made, StoredReply("", {}), world.clock())
    world.totals.count(made)


def put(client: Client, *caps: Any) -> Any:
    reply = client.call("PUT", CAPS, {"caps": list(caps)})
    assert reply.status == 200, reply.text
    return reply.json


def test_without_an_agreement_the_default_plan_holds(client: Client) -> None:
    plan = client.get(PLAN).json
    assert plan["plan"]["id"] == OPEN.id
    assert (plan["from"], plan["to"], plan["billing_day"]) == ("2026-11-01", "2026-11-30", 1)
    assert plan["credits"] == {
        "used": 0,
        "monthly_left": 0,
        "packs_left": 0,
        "most": None,
        "left": None,
    }
    prices = plan["price_list"]
    assert (prices["version"], prices["currency"]) == (PRICES.version, "EUR")
    assert {one["id"]: one["price_micros"] for one in prices["plans"]} == {
        plan.id: plan.price_micros for plan in PRICES.plans.values()
    }
    assert [one["credits"] for one in prices["packs"]] == [10]


def test_a_plan_says_what_is_left_of_its_credits(world: World, client: Client) -> None:
    sold = SoldPack("p", "ten", PRICES.version, 10, 7000, world.clock())
    agree(world, client, SMALL.id, billing_day=21, packs=(sold,))
    use(world, client, 103)
    plan = client.get(PLAN).json
    assert (plan["from"], plan["to"]) == ("2026-11-21", "2026-12-20")
    assert plan["plan"]["limits"] == {"tasks": 3, "labels": 5, "flows": 1}
    assert plan["credits"] == {
        "used": 103,
        "monthly_left": 0,
        "packs_left": 7,
        "most": 110,
        "left": 7,
    }


def test_details_count_credits_of_the_period_against_what_it_allows(
    world: World, client: Client
) -> None:
    agree(world, client, SMALL.id)
    use(world, client, 4)
    details = client.get("/account/v2/details").json
    assert (details["credits_counter"], details["credits_limit"]) == (4, 100)


def test_caps_replace_those_before_and_say_what_was_used(world: World, client: Client) -> None:
    task = client.task()["id"]
    use(world, client, 3, task)
    use(world, client, 2)
    whole = {"scope": "workspace", "price_micros": 6000}
    shown = put(client, whole, {"scope": "task", "id": task, "credits": 10})
    assert shown["caps"] == [
        {**whole, "id": None, "credits": None, "used": 5, "most": 10},
        {"scope": "task", "id": task, "credits": 10, "price_micros": None, "used": 3, "most": 10},
    ]
    assert client.get(CAPS).json == shown
    assert world.billing_accounts.taken[client.workspace, "2026-11-01", WHOLE] == 5
    assert put(client, {"scope": "token", "id": client.token_id, "credits": 0})["caps"] == [
        {
            "scope": "token",
            "id": client.token_id,
            "credits": 0,
            "price_micros": None,
            "used": 0,
            "most": 0,
        }
    ]
    assert put(client)["caps"] == []


@pytest.mark.parametrize(
    ("cap", "status"),
    [
        ({"scope": "task", "id": new_id(), "credits": 1}, 404),
        ({"scope": "token", "id": new_id(), "credits": 1}, 404),
        ({"scope": "task", "credits": 1}, 400),
        ({"scope": "task", "id": "a" * 65, "credits": 1}, 400),
        ({"scope": "task", "id": "", "credits": 1}, 400),
        ({"scope": "workspace", "id": "x", "credits": 1}, 400),
        ({"scope": "user", "id": "x", "credits": 1}, 400),
        ({"scope": "workspace"}, 400),
        ({"scope": "workspace", "credits": -1}, 400),
        ({"scope": "workspace", "credits": True}, 400),
        ({"scope": "workspace", "credits": "1"}, 400),
        ({"scope": "workspace", "price_micros": 1.5}, 400),
        ({"scope": "workspace", "price_micros": 10**15 + 1}, 400),
        ("workspace", 400),
        ([], 400),
    ],
)
def test_a_cap_that_cannot_be_is_refused(
    world: World, client: Client, cap: Any, status: int
) -> None:
    reply = client.call("PUT", CAPS, {"caps": [cap]})
    assert reply.status == status, reply.text
    assert world.billing_accounts.find(client.workspace) is None


def test_what_belongs_to_others_cannot_be_capped(client: Client, stranger: Client) -> None:
    theirs = stranger.task()["id"]
    for scope, some_id in (("task", theirs), ("token", stranger.token_id)):
        body = {"caps": [{"scope": scope, "id": some_id, "credits": 1}]}
        assert client.call("PUT", CAPS, body).status == 404


def test_a_cap_stays_when_what_it_is_of_is_gone(client: Client) -> None:
    task = client.task()["id"]
    cap = {"scope": "task", "id": task, "credits": 1}
    put(client, cap)
    assert client.call("DELETE", f"/recognition/v2/task/{task}").status == 204
    assert len(put(client, cap, {"scope": "workspace", "credits": 5})["caps"]) == 2
    put(client)
    assert client.call("PUT", CAPS, {"caps": [cap]}).status == 404


def test_a_token_of_another_workspace_that_was_used_here_can_be_capped(
    world: World, client: Client
) -> None:
    body = {"caps": [{"scope": "token", "id": "elsewhere", "credits": 1}]}
    assert client.call("PUT", CAPS, body).status == 404
    use(world, client, 2, token_id="elsewhere")
    assert client.call("PUT", CAPS, body).json["caps"][0]["used"] == 2


@pytest.mark.parametrize("body", [{}, {"caps": None}, {"caps": {}}, {"caps": "[]"}])
def test_caps_do_not_end_by_being_forgotten(client: Client, body: Any) -> None:
    put(client, {"scope": "workspace", "credits": 1})
    assert client.call("PUT", CAPS, body).status == 400
    assert len(client.get(CAPS).json["caps"]) == 1


def test_caps_may_be_sent_as_a_form(client: Client) -> None:
    form = "caps=%5B%7B%22scope%22%3A%22workspace%22%2C%22credits%22%3A7%7D%5D"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    reply = client.call("PUT", CAPS, form, headers=headers)
    assert (reply.status, reply.json["caps"][0]["credits"]) == (200, 7)


def test_a_request_is_priced_beforehand(world: World, client: Client) -> None:
    agree(world, client, LARGE.id)
    tasks = [client.task()["id"] for _ in range(2)]
    use(world, client, 990)
    quote = client.post(QUOTE, {"records": 10, "tasks": tasks}).json
    assert (quote["units"], quote["monthly"], quote["packs"], quote["paid"]) == (20, 10, 0, 10)
    assert (quote["price_micros"], quote["value_micros"]) == (4000, 8000)
    assert (quote["allowed"], quote["room"], quote["reason"]) == (True, None, "")
    assert (quote["currency"], quote["price_version"]) == ("EUR", PRICES.version)


def test_a_batch_is_told_how_much_of_it_there_is_room_for(world: World, client: Client) -> None:
    agree(world, client, SMALL.id)
    use(world, client, 40)
    quote = client.post(QUOTE, {"pictures": 1_000_000}).json
    assert (quote["units"], quote["allowed"], quote["room"]) == (1_000_000, False, 60)
    assert "plan Small" in quote["reason"]


def test_the_cap_of_the_token_that_asks_counts(client: Client) -> None:
    put(client, {"scope": "token", "id": client.token_id, "credits": 3})
    assert client.post(QUOTE, {"records": 4}).json["room"] == 3
    assert replace(client, token_id="another").post(QUOTE, {"records": 4}).json["room"] is None


@pytest.mark.parametrize(
    ("body", "status", "mentions"),
    [
        ({}, 400, "records"),
        ({"records": 1, "pictures": 1}, 400, "either"),
        ({"records": 11}, 400, "records"),
        ({"records": 0}, 400, "records"),
        ({"pictures": 10**9 + 1}, 400, "pictures"),
        ({"pictures": "5"}, 400, "pictures"),
        ({"flow": new_id()}, 400, "flows are not offered"),
        ({"records": 1, "tasks": [new_id()]}, 404, "no task"),
        ({"records": 1, "tasks": [new_id()] * 6}, 400, "tasks"),
    ],
)
def test_what_cannot_be_priced_is_refused_in_words(
    client: Client, body: Any, status: int, mentions: str
) -> None:
    reply = client.post(QUOTE, body)
    assert (reply.status, mentions in reply.json["detail"]) == (status, True), reply.text


def test_reports_show_periods_and_where_the_present_one_leads(world: World, client: Client) -> None:
    use(world, client, 7)
    shown = client.get("/account/v2/reports/", periods="2").json
    present, before = shown["periods"]
    assert (shown["currency"], present["from"], present["to"]) == (
        "EUR",
        "2026-11-01",
        "2026-11-30",
    )
    assert (present["units"], present["price_micros"]) == (7, 4200)
    assert present["forecast"]["units"] > 7
    assert present["forecast"]["invoice_now_micros"] == 4200
    assert (before["from"], before["units"], before["forecast"]) == ("2026-10-01", 0, None)
    assert len(client.get("/account/v2/reports").json["periods"]) == 12


@pytest.mark.parametrize("periods", ["0", "37", "-1", "1.5", "ten", "9" * 5000, "²"])
def test_periods_that_are_no_number_are_refused(client: Client, periods: str) -> None:
    reply = client.get("/account/v2/reports", periods=periods)
    assert (reply.status, "periods" in reply.json["detail"]) == (400, True)


def test_resources_are_what_may_be_used_with_its_price(world: World, client: Client) -> None:
    agree(world, client, LARGE.id)
    resources = client.get("/account/v2/resource/").json["resources"]
    assert {one["id"]: one["price_micros"] for one in resources} == {
        "custom-model": 400,
        "custom-recognition": 400,
    }
    for one in resources:
        body = {"service": one["id"]}
        assert client.post("/authorization/v2/authorize", body).status == 200


def test_nobody_sees_the_agreement_of_another_workspace(
    world: World, client: Client, stranger: Client
) -> None:
    agree(world, stranger, SMALL.id)
    use(world, stranger, 4)
    assert client.get(PLAN).json["plan"]["id"] == OPEN.id
    assert client.get("/account/v2/reports").json["periods"][0]["units"] == 0
