import pytest
from oriel.domain.notification import MAX_NOTIFICATIONS

from tests.functional.api.conftest import Client, World

PATH = "/account/v2/notification"
ADA = {"kind": "email", "address": "ada@example.org"}
HOOK = {"kind": "https", "address": "https://hooks.example.org:8443/oriel?of=trainings"}


def test_an_address_is_pending_until_whoever_has_it_confirms(world: World, client: Client) -> None:
    made = client.post(PATH, ADA)
    assert (made.status, made.json["state"]) == (201, "pending")
    assert client.get(PATH).json["results"] == [made.json]
    world.notifications.confirm(made.json["id"])
    assert client.get(f"{PATH}/").json["results"] == [{**made.json, "state": "confirmed"}]


def test_again_changes_nothing_and_mails_nobody_again(world: World, client: Client) -> None:
    first, second = client.post(PATH, HOOK).json, client.post(PATH, HOOK).json
    assert first == second
    assert len(world.notifications.asked) == 1
    world.notifications.confirm(first["id"])
    assert client.post(PATH, HOOK).json == {**first, "state": "confirmed"}
    assert len(world.notifications.asked) == 1
    assert client.get(PATH).json["count"] == 1


def test_a_confirmed_address_can_be_removed_and_another_is_forgotten_by_itself(
    world: World, client: Client
) -> None:
    pending, confirmed = client.post(PATH, ADA).json, client.post(PATH, HOOK).json
    world.notifications.confirm(confirmed["id"])
    assert client.call("DELETE", f"{PATH}/{confirmed['id']}").status == 204
    assert client.call("DELETE", f"{PATH}/{confirmed['id']}").status == 404
    refused = client.call("DELETE", f"{PATH}/{pending['id']}")
    assert (refused.status, "forgotten" in refused.json["detail"]) == (409, True)


def test_a_workspace_has_only_so_many(client: Client) -> None:
    for number in range(MAX_NOTIFICATIONS):
        assert client.post(PATH, {**ADA, "address": f"a{number}@b.org"}).status == 201
    refused = client.post(PATH, ADA)
    assert (refused.status, refused.json["code"]) == (409, "conflict")
    assert client.post(PATH, {**ADA, "address": "a0@b.org"}).status == 201


def test_the_same_address_in_another_workspace_is_another(world: World, client: Client) -> None:
    other = client.made("/account/v2/workspace", name="Second")["id"]
    mine = client.post(PATH, ADA).json
    world.notifications.confirm(mine["id"])
    assert [one.id for one in world.notifications.list(other)] == []


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        *(("email", one) for one in ("", "ada", "ada@", "@b.org", "a b@c.org", "a@b", "a@b.c\nd")),
        ("email", f"{'a' * 64}@{'b' * 250}.org"),
        ("email", "ada@example.org, eve@example.org"),
        *(("https", one) for one in ("http://a.org", "ftp://a.org", "https://", "a.org", "https:")),
        *(("https", one) for one in ("https://u:p@a.org", "https://a.org/#x", "https://a.org/ x")),
        ("https", "https://a.org:port"),
        ("https", "https://[::1"),
        ("https", "https://\u00fc.org"),
        ("https", f"https://a.org/{'x' * 1000}"),
    ],
)
def test_an_address_that_nothing_can_be_sent_to_is_refused_by_name(
    world: World, client: Client, kind: str, address: str
) -> None:
    reply = client.post(PATH, {"kind": kind, "address": address})
    assert reply.status == 400
    assert "address" in reply.json["detail"]
    assert world.notifications.asked == []


@pytest.mark.parametrize("kind", ["sms", "http", "", 3])
def test_an_unknown_kind_is_refused_by_name(client: Client, kind: object) -> None:
    reply = client.post(PATH, {**ADA, "kind": kind})
    assert (reply.status, "kind" in reply.json["detail"]) == (400, True)
