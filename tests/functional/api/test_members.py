import pytest
from oriel.domain.errors import Unauthenticated
from oriel.domain.ids import new_id

from tests.functional.api.conftest import World
from tests.functional.api.signed_in import SignedIn, invited, new_owner

TASKS = "/recognition/v2/task"


@pytest.fixture
def owner(world: World) -> SignedIn:
    return new_owner(world)


@pytest.fixture
def members(owner: SignedIn) -> str:
    return f"/account/v2/workspace/{owner.workspace}/member"


def roles(owner: SignedIn, members: str) -> dict[str, str]:
    return {one["id"]: one["role"] for one in owner.get(members).json["results"]}


def test_a_new_member_gets_a_token_that_is_shown_once(owner: SignedIn, members: str) -> None:
    made = owner.made(members, name="Ada", email="ada@example.org", role="editor")
    assert (made["name"], made["email"], made["role"]) == ("Ada", "ada@example.org", "editor")
    member = SignedIn(owner.app, "", "", world=owner.world, token=made["token"])
    assert member.task()["workspace"] == owner.workspace
    user = member.get("/account/v2/user").json
    assert user == {"id": made["id"], "name": "Ada", "email": "ada@example.org"}
    details = member.get("/account/v2/details").json
    assert (details["first_name"], details["email"]) == ("Ada", "ada@example.org")
    assert (details["phone"], details["organization"]) == ("", "")
    listed = owner.get(members)
    assert made["token"] not in listed.text
    assert roles(owner, members) == {owner.user: "owner", made["id"]: "editor"}


def test_an_existing_user_is_added_by_id_and_keeps_the_token(
    world: World, owner: SignedIn, members: str
) -> None:
    other = new_owner(world)
    made = owner.made(members, user_id=other.user, role="viewer")
    assert (made["id"], made["token"]) == (other.user, None)
    assert other.get(TASKS, workspace=owner.workspace).status == 200
    again = owner.post(members, {"user_id": other.user, "role": "owner"})
    assert (again.status, roles(owner, members)[other.user]) == (409, "viewer")


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        ({"name": "Ada"}, 400, "role"),
        ({"name": "Ada", "role": "king"}, 400, "role"),
        ({"role": "viewer"}, 400, "user_id"),
        ({"role": "viewer", "name": "Ada", "user_id": new_id()}, 400, "user_id"),
        ({"role": "viewer", "name": "Ada", "email": "nowhere"}, 400, "email"),
        ({"role": "viewer", "name": " "}, 400, "name"),
        ({"role": "viewer", "user_id": new_id()}, 404, "user"),
        ({"role": "viewer", "user_id": "x"}, 404, "user"),
    ],
)
def test_a_member_that_cannot_be_is_refused_by_name(
    owner: SignedIn, members: str, body: dict[str, str], status: int, word: str
) -> None:
    reply = owner.post(members, body)
    assert (reply.status, word in reply.json["detail"]) == (status, True)
    assert roles(owner, members) == {owner.user: "owner"}


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_role_is_changed(owner: SignedIn, members: str, method: str) -> None:
    member = invited(owner, "viewer")
    assert member.post(TASKS, {"name": "n", "type": "multi_class"}).status == 403
    reply = owner.call(method, f"{members}/{member.user}", {"role": "editor"})
    assert (reply.status, reply.json["role"]) == (200, "editor")
    assert member.task()["workspace"] == owner.workspace


def test_the_last_owner_can_neither_leave_nor_be_demoted(owner: SignedIn, members: str) -> None:
    invited(owner, "editor")
    own = f"{members}/{owner.user}"
    for reply in (owner.call("DELETE", own), owner.call("PUT", own, {"role": "editor"})):
        assert (reply.status, reply.json["code"]) == (409, "conflict")
        assert "last owner" in reply.json["detail"]
    second = invited(owner, "owner")
    assert owner.call("DELETE", own).status == 204
    assert roles(second, members)[second.user] == "owner"


def test_who_is_removed_is_out(owner: SignedIn, members: str) -> None:
    member = invited(owner, "editor")
    assert owner.call("DELETE", f"{members}/{member.user}").status == 204
    assert owner.call("DELETE", f"{members}/{member.user}").status == 404
    with pytest.raises(Unauthenticated):
        member.get(TASKS)


def test_members_are_paged(owner: SignedIn, members: str) -> None:
    added = [invited(owner, "viewer", f"member {number}").user for number in range(3)]
    first = owner.get(f"{members}/", page_size="2").json
    assert (first["count"], len(first["results"])) == (4, 2)
    assert first["next"].startswith(f"{members}/?page_size=2&page=")
    rest = owner.get(members, page_size="2", page=first["next"].partition("&page=")[2]).json
    seen = [one["id"] for one in first["results"] + rest["results"]]
    assert (sorted(seen), rest["next"]) == (sorted([owner.user, *added]), None)
    assert owner.get(members, page=new_id()).status == 400
