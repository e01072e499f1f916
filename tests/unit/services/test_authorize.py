from dataclasses import replace

import pytest
from oriel.domain.errors import InvalidInput, Unauthenticated
from oriel.domain.workspace import Caller, hash_token, new_token
from oriel.services.authorize import authorize
from oriel.services.workspaces import NewWorkspace, Workspaces

from tests.fakes.clock import FrozenClock
from tests.fakes.core import MemoryCore
from tests.fakes.workspaces import MemoryWorkspaceStore


@pytest.fixture
def core() -> MemoryCore:
    return MemoryCore()


@pytest.fixture
def made(core: MemoryCore) -> NewWorkspace:
    return Workspaces(MemoryWorkspaceStore(core), FrozenClock()).create(" Workshop ")


@pytest.mark.parametrize("scheme", ["Token ", "JWT ", "token  ", " Token "])
def test_a_token_opens_its_workspace(core: MemoryCore, made: NewWorkspace, scheme: str) -> None:
    caller = authorize(MemoryWorkspaceStore(core), scheme + made.token)
    assert caller == Caller(made.workspace.id, made.user_id)


@pytest.mark.parametrize(
    "header",
    [None, "", "Token", "Token ", "Token x", "Bearer {0}", "{0}", "Token {0}0", "Token {0} {0}"],
)
def test_any_other_header_opens_nothing(
    core: MemoryCore, made: NewWorkspace, header: str | None
) -> None:
    sent = None if header is None else header.format(made.token)
    with pytest.raises(Unauthenticated) as refused:
        authorize(MemoryWorkspaceStore(core), sent)
    assert made.token not in str(refused.value)


@pytest.mark.usefixtures("made")
def test_an_unknown_token_opens_nothing(core: MemoryCore) -> None:
    with pytest.raises(Unauthenticated):
        authorize(MemoryWorkspaceStore(core), f"Token {new_token()}")


def test_a_revoked_token_opens_nothing(core: MemoryCore, made: NewWorkspace) -> None:
    key = hash_token(made.token)
    core.grants[key] = replace(core.grants[key], revoked=True)
    with pytest.raises(Unauthenticated):
        authorize(MemoryWorkspaceStore(core), f"Token {made.token}")


def test_a_token_is_40_hexadecimal_characters_and_nowhere_stored(
    core: MemoryCore, made: NewWorkspace
) -> None:
    assert len(made.token) == 40
    assert int(made.token, 16) >= 0
    assert made.token not in repr(core)
    assert made.workspace.name == "Workshop"


@pytest.mark.parametrize("name", ["", "  ", "n" * 201])
def test_a_workspace_needs_a_name(core: MemoryCore, name: str) -> None:
    with pytest.raises(InvalidInput):
        Workspaces(MemoryWorkspaceStore(core), FrozenClock()).create(name)
    assert core.workspaces == {}
