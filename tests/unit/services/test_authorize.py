from dataclasses import replace
from datetime import timedelta

import pytest
from oriel.domain.access import Permission, Role
from oriel.domain.errors import Conflict, InvalidInput, NotFound, Unauthenticated
from oriel.domain.token import TokenGrant, hash_token, new_token
from oriel.domain.workspace import Caller
from oriel.services.authorize import authorize
from oriel.services.bootstrap import Bootstrap, OwnerToken

from tests.fakes.clock import FrozenClock
from tests.fakes.core import MemoryCore
from tests.fakes.members import MemoryMemberStore
from tests.fakes.tokens import MemoryTokenStore
from tests.fakes.workspaces import MemoryWorkspaceStore


@pytest.fixture
def core() -> MemoryCore:
    return MemoryCore()


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def bootstrap(core: MemoryCore, clock: FrozenClock) -> Bootstrap:
    stores = (MemoryWorkspaceStore(core), MemoryMemberStore(core), MemoryTokenStore(core))
    return Bootstrap(*stores, clock)


@pytest.fixture
def made(bootstrap: Bootstrap) -> OwnerToken:
    return bootstrap.found(" Workshop ")


def caller_of(core: MemoryCore, clock: FrozenClock, header: str | None) -> Caller:
    return authorize(MemoryTokenStore(core), MemoryMemberStore(core), clock, header)


def change(core: MemoryCore, token: str, **changes: object) -> None:
    key = hash_token(token)
    core.grants[key] = replace(core.grants[key], **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("scheme", ["Token ", "JWT ", "token  ", " Token "])
def test_a_token_opens_its_users_workspaces(
    core: MemoryCore, clock: FrozenClock, made: OwnerToken, scheme: str
) -> None:
    assert caller_of(core, clock, scheme + made.token) == Caller(
        made.workspace_id,
        made.user_id,
        {made.workspace_id: Role.OWNER},
        frozenset(Permission),
        token_id=core.grants[hash_token(made.token)].id,
    )


@pytest.mark.parametrize(
    "header",
    [None, "", "Token", "Token ", "Token x", "Bearer {0}", "{0}", "Token {0}0", "Token {0} {0}"],
)
def test_any_other_header_opens_nothing(
    core: MemoryCore, clock: FrozenClock, made: OwnerToken, header: str | None
) -> None:
    sent = None if header is None else header.format(made.token)
    with pytest.raises(Unauthenticated) as refused:
        caller_of(core, clock, sent)
    assert made.token not in str(refused.value)


@pytest.mark.usefixtures("made")
def test_an_unknown_token_opens_nothing(core: MemoryCore, clock: FrozenClock) -> None:
    with pytest.raises(Unauthenticated):
        caller_of(core, clock, f"Token {new_token()}")


def test_a_token_is_good_until_it_expires(
    core: MemoryCore, clock: FrozenClock, made: OwnerToken
) -> None:
    change(core, made.token, expires=clock() + timedelta(seconds=1))
    assert caller_of(core, clock, f"Token {made.token}").token_expires is not None
    clock.advance(1)
    with pytest.raises(Unauthenticated):
        caller_of(core, clock, f"Token {made.token}")


def test_a_token_permits_its_scopes_alone(
    core: MemoryCore, clock: FrozenClock, made: OwnerToken
) -> None:
    scopes = frozenset({Permission.CLASSIFY})
    change(core, made.token, scopes=scopes)
    assert caller_of(core, clock, f"Token {made.token}").scopes == scopes


def test_who_is_in_no_workspace_any_more_is_let_in_nowhere(
    core: MemoryCore, clock: FrozenClock, made: OwnerToken
) -> None:
    core.memberships.clear()
    with pytest.raises(Unauthenticated):
        caller_of(core, clock, f"Token {made.token}")


def test_a_token_is_40_hexadecimal_characters_and_nowhere_stored(
    core: MemoryCore, made: OwnerToken
) -> None:
    assert len(made.token) == 40
    assert int(made.token, 16) >= 0
    assert made.token not in repr(core)
    assert core.workspaces[made.workspace_id].name == "Workshop"


@pytest.mark.parametrize("name", ["", "  ", "n" * 201])
def test_a_workspace_needs_a_name(core: MemoryCore, bootstrap: Bootstrap, name: str) -> None:
    with pytest.raises(InvalidInput):
        bootstrap.found(name)
    assert core.workspaces == {}


def test_a_second_bootstrap_of_a_name_makes_nothing_and_says_what_there_is(
    core: MemoryCore, bootstrap: Bootstrap, made: OwnerToken
) -> None:
    with pytest.raises(Conflict, match=made.workspace_id):
        bootstrap.found("Workshop")
    assert (len(core.workspaces), len(core.users), len(core.grants)) == (1, 1, 1)


def test_a_lost_token_is_replaced_where_that_is_asked_for(
    core: MemoryCore, clock: FrozenClock, bootstrap: Bootstrap, made: OwnerToken
) -> None:
    again = bootstrap.replace_token("Workshop ")
    assert (again.workspace_id, again.user_id) == (made.workspace_id, made.user_id)
    for token in (made.token, again.token):
        assert caller_of(core, clock, f"Token {token}").user_id == made.user_id
    with pytest.raises(NotFound):
        bootstrap.replace_token("Other")


def test_the_name_of_a_workspace_that_is_gone_is_free(
    core: MemoryCore, bootstrap: Bootstrap, made: OwnerToken
) -> None:
    del core.workspaces[made.workspace_id]
    with pytest.raises(NotFound):
        bootstrap.replace_token("Workshop")
    assert bootstrap.found("Workshop").workspace_id != made.workspace_id


def test_what_is_kept_of_a_token_shows_nothing_of_it(made: OwnerToken, core: MemoryCore) -> None:
    [grant] = core.grants.values()
    assert isinstance(grant, TokenGrant)
    assert grant.token_hash == hash_token(made.token)
