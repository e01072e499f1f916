from oriel.domain.usage import RequestKey, StoredReply, UsageFact

from tests.functional.api.conftest import Client, World


def bill(world: World, client: Client, key: str, version: int) -> None:
    request = RequestKey(f"req.{key}")
    fact = UsageFact(client.workspace, request, 0, "task", version, 1, world.clock())
    reply = StoredReply("hash", {})
    world.usage.commit(client.workspace, request, [fact], reply, world.clock())
    world.totals.count([fact])


def test_the_user_is_who_the_authorizer_found(client: Client) -> None:
    assert client.get("/account/v2/user").json["id"] == client.user


def test_authorization_answers_the_user_for_what_is_offered(client: Client) -> None:
    path, call_type = "/authorization/v2/authorize", "authenticate"
    for service in ("custom-recognition", "custom-model"):
        body = {"service": service, "call_type": call_type}
        assert client.post(path, body).json["user_id"] == client.user
    refused = client.post(path, {"service": "removebg", "call_type": call_type})
    assert refused.status == 403
    assert "user_id" not in refused.json


def test_details_count_what_there_is_and_was_used(world: World, client: Client) -> None:
    client.task()
    client.image()
    bill(world, client, "a", 1)
    details = client.get("/account/v2/details/").json
    assert details["id"] == client.user
    assert details["default_workspace"] == client.workspace
    assert (details["credits_counter"], details["credits_limit"]) == (1, 2147483647)
    assert details["stats"] == {"tasks_count": 1, "labels_count": 0, "images_count": 1}


def test_workspaces_are_a_bare_array(client: Client) -> None:
    (workspace,) = client.get("/account/v2/workspace/").json
    assert (workspace["id"], workspace["is_default"]) == (client.workspace, True)


def test_usage_is_reported_with_its_price_by_group(
    world: World, client: Client, stranger: Client
) -> None:
    for key, version in (("a", 1), ("b", 1), ("c", 2)):
        bill(world, client, key, version)
    bill(world, stranger, "d", 1)
    usage = client.get("/account/v2/usage", by="version").json
    assert (usage["from"], usage["to"], usage["units"]) == ("2026-11-01", "2026-11-21", 3)
    assert usage["price_micros"] == sum(group["price_micros"] for group in usage["groups"])
    assert [(group["key"], group["units"]) for group in usage["groups"]] == [
        ("task/1", 2),
        ("task/2", 1),
    ]
    none = client.get("/account/v2/usage/", **{"from": "2026-01-01", "to": "2026-01-31"}).json
    assert (none["units"], none["groups"]) == (0, [])


def test_days_that_are_none_are_refused_by_name(client: Client) -> None:
    reply = client.get("/account/v2/usage", **{"from": "yesterday"})
    assert reply.status == 400
    assert "from" in reply.json["detail"]
