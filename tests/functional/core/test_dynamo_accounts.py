"""Accounts on DynamoDB when a process dies, and what the table keeps of them."""

from typing import Any

import pytest
from oriel.adapters.dynamodb.members import DynamoMemberStore
from oriel.adapters.dynamodb.tokens import DynamoTokenStore
from oriel.adapters.dynamodb.workspaces import DynamoWorkspaceStore
from oriel.domain.access import Role
from oriel.domain.errors import Conflict
from oriel.domain.ids import new_id
from oriel.domain.token import hash_token
from oriel.services.bootstrap import Bootstrap

from tests.functional.core.accounts import found, join
from tests.functional.core.conftest import Stores, Table
from tests.functional.core.crashing_client import Crash, CrashingClient
from tests.functional.core.things import Maker

CALLS = range(1, 6)


def counters(table: Table, pk: str) -> dict[str, Any]:
    item = table.client.get_item(
        TableName=table.name, Key={"pk": {"S": pk}, "sk": {"S": "META"}}, ConsistentRead=True
    )["Item"]
    return {name: int(value["N"]) for name, value in item.items() if name.endswith("_count")}


def items_below(table: Table, pk: str) -> list[str]:
    found_items = table.client.query(
        TableName=table.name,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": pk}},
        ConsistentRead=True,
    )["Items"]
    return [item["sk"]["S"] for item in found_items]


@pytest.mark.parametrize("applied", [False, True])
@pytest.mark.parametrize("at_call", CALLS)
def test_members_and_tokens_of_a_deleted_workspace_go_though_the_process_dies(
    dynamo: Stores, core_table: Table, make: Maker, at_call: int, applied: bool
) -> None:
    owner = found(dynamo, make).owner
    users = [owner, *(join(dynamo, make, role) for role in (Role.OWNER, Role.VIEWER))]
    dying = CrashingClient(core_table.client, at_call, applied)
    members, tokens = (
        DynamoMemberStore(dying, core_table.name),  # type: ignore[arg-type]
        DynamoTokenStore(dying, core_table.name),  # type: ignore[arg-type]
    )
    for goes in (members.dissolve, tokens.revoke_all):
        dying.calls = 0
        try:
            goes(make.workspace_id)
        except Crash:
            goes(make.workspace_id)
    assert items_below(core_table, f"WS#{make.workspace_id}") == ["META"]
    assert counters(core_table, f"WS#{make.workspace_id}")["tokens_count"] == 0
    for user in users:
        assert items_below(core_table, f"USER#{user.id}") == ["META"]
        assert counters(core_table, f"USER#{user.id}") == {"memberships_count": 0}


@pytest.mark.parametrize("applied", [False, True])
def test_a_bootstrap_whose_answer_was_lost_is_not_done_twice(
    dynamo: Stores, core_table: Table, make: Maker, applied: bool
) -> None:
    name = new_id()
    good = Bootstrap(dynamo.workspaces, dynamo.members, dynamo.tokens, make.clock)
    dying = CrashingClient(core_table.client, at_call=2, applied=applied)
    store = DynamoWorkspaceStore(dying, core_table.name)  # type: ignore[arg-type]
    with pytest.raises(Crash):
        Bootstrap(store, dynamo.members, dynamo.tokens, make.clock).found(name)
    if not applied:
        made = good.found(name)
    else:
        with pytest.raises(Conflict):
            good.found(name)
        made = good.replace_token(name)
    grant = dynamo.tokens.find_grant(hash_token(made.token))
    assert grant is not None
    assert (grant.workspace_id, grant.user_id) == (made.workspace_id, made.user_id)
    [member] = dynamo.members.members(made.workspace_id)
    assert (member.user.id, member.role) == (made.user_id, Role.OWNER)


def test_the_counters_follow_what_happens(dynamo: Stores, core_table: Table, make: Maker) -> None:
    made = found(dynamo, make)
    workspace, pk = make.workspace_id, f"WS#{make.workspace_id}"
    assert counters(core_table, pk) == {"owners_count": 1, "members_count": 1, "tokens_count": 1}
    user = join(dynamo, make, Role.OWNER)
    assert counters(core_table, pk) == {"owners_count": 2, "members_count": 2, "tokens_count": 2}
    dynamo.members.set_role(workspace, user.id, Role.VIEWER)
    dynamo.tokens.revoke(workspace, made.grant.id)
    assert counters(core_table, pk) == {"owners_count": 1, "members_count": 2, "tokens_count": 1}
    dynamo.members.remove(workspace, user.id)
    dynamo.tokens.create(make.grant(made.owner.id))
    assert counters(core_table, pk) == {"owners_count": 1, "members_count": 1, "tokens_count": 2}
    assert counters(core_table, f"USER#{user.id}") == {"memberships_count": 0}
