"""Workspaces in the core table."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from oriel.adapters.dynamodb.account_items import (
    user_to_item,
    workspace_from_item,
    workspace_to_item,
)
from oriel.adapters.dynamodb.account_keys import founded_key
from oriel.adapters.dynamodb.account_writes import (
    Part,
    TooMany,
    count_membership,
    put_grant,
    put_membership,
    too_many_workspaces,
)
from oriel.adapters.dynamodb.keys import workspace_key
from oriel.adapters.dynamodb.table import CoreTable
from oriel.adapters.dynamodb.writes import NEW
from oriel.domain.access import Role
from oriel.domain.errors import Conflict, NotFound
from oriel.domain.member import Membership, User
from oriel.domain.token import TokenGrant
from oriel.domain.workspace import Workspace

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoWorkspaceStore:
    """Workspaces; one that is being deleted is not found."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = CoreTable(client, table_name)

    def found(
        self, workspace: Workspace, owner: User, grant: TokenGrant, replaced: str | None = None
    ) -> None:
        """Add a workspace, its owner and the owner's token, and take the name; all or nothing.

        Raises Conflict where the name is taken by another than the workspace `replaced`.
        """
        writes = self._table.writes
        self._table.write(
            self._take_name(workspace, replaced),
            (
                writes.put(
                    {
                        **workspace_to_item(workspace, tokens_count=1),
                        # Whatever it is called later: so is the row that goes with it found.
                        "founded_as": workspace.name,
                    }
                ),
                Conflict("The workspace exists already"),
            ),
            (writes.put(user_to_item(owner)), Conflict("The user exists already")),
            *put_membership(writes, _ownership(workspace), tokens=1),
            *put_grant(writes, grant),
        )

    def find_founded(self, name: str) -> str | None:
        """Return the id of the workspace that was founded under the name, None for none."""
        item = self._table.find(founded_key(name))
        return None if item is None else str(item["workspace_id"])

    def create(self, workspace: Workspace) -> None:
        """Add a workspace whose owner is a user that exists.

        Raises Conflict where the user has as many workspaces as there may be.
        """
        writes = self._table.writes
        try:
            self._table.write(
                (
                    writes.put(workspace_to_item(workspace)),
                    Conflict("The workspace exists already"),
                ),
                count_membership(writes, workspace.owner_id),
                *put_membership(writes, _ownership(workspace)),
            )
        except TooMany:
            raise too_many_workspaces() from None

    def get(self, workspace_id: str) -> Workspace:
        """Return the workspace; raises NotFound."""
        item = self._table.find(workspace_key(workspace_id))
        if item is None or item.get("deleting"):
            raise _unknown()
        return workspace_from_item(item)

    def get_many(self, workspace_ids: Sequence[str]) -> Sequence[Workspace]:
        """Return those of the workspaces that exist, in the order of the ids."""
        items = self._table.find_many(map(workspace_key, workspace_ids))
        known = {item["id"]: item for item in items if not item.get("deleting")}
        return [workspace_from_item(known[one]) for one in workspace_ids if one in known]

    def rename(self, workspace_id: str, name: str) -> Workspace:
        """Change the name and return the workspace; raises NotFound."""
        update = self._table.writes.update(workspace_key(workspace_id), assign={"name": name})
        return workspace_from_item(self._table.update(update, _unknown()))

    def _take_name(self, workspace: Workspace, replaced: str | None) -> Part:
        item = {**founded_key(workspace.name), "workspace_id": workspace.id}
        taken = Conflict("A workspace was made under this name just now")
        if replaced is None:
            return self._table.writes.put(item, NEW), taken
        condition, values = "workspace_id = :replaced", {"replaced": replaced}
        return self._table.writes.put(item, condition, values), taken


def _ownership(workspace: Workspace) -> Membership:
    return Membership(workspace.id, workspace.owner_id, Role.OWNER, workspace.created)


def _unknown() -> NotFound:
    return NotFound("There is no workspace with this id")
