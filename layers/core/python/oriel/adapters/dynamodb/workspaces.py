"""Workspaces and token grants in the core table."""

from typing import TYPE_CHECKING

from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.keys import token_key, workspace_key
from oriel.adapters.dynamodb.table import CoreTable
from oriel.domain.clock import from_iso, to_iso
from oriel.domain.errors import Conflict, NotFound
from oriel.domain.workspace import TokenGrant, Workspace

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoWorkspaceStore:
    """Workspaces, and grants by the hash of their token."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = CoreTable(client, table_name)

    def create(self, workspace: Workspace, grant: TokenGrant) -> None:
        """Add a workspace with its first token, both or neither."""
        writes = self._table.writes
        self._table.write(
            (writes.put(_workspace_to_item(workspace)), Conflict("The workspace exists already")),
            (writes.put(_grant_to_item(grant)), Conflict("The token exists already")),
        )

    def get(self, workspace_id: str) -> Workspace:
        """Return the workspace; raises NotFound."""
        item = self._table.find(workspace_key(workspace_id))
        if item is None:
            raise NotFound("There is no workspace with this id")
        return Workspace(item["id"], item["name"], from_iso(item["created"]))

    def find_grant(self, token_hash: str) -> TokenGrant | None:
        """Return what the token of this hash opens, None where it is unknown."""
        item = self._table.find(token_key(token_hash))
        return None if item is None else _grant_from_item(item)


def _workspace_to_item(workspace: Workspace) -> Item:
    return {
        **workspace_key(workspace.id),
        "id": workspace.id,
        "name": workspace.name,
        "created": to_iso(workspace.created),
    }


def _grant_to_item(grant: TokenGrant) -> Item:
    return {
        **token_key(grant.token_hash),
        "token_hash": grant.token_hash,
        "workspace_id": grant.workspace_id,
        "user_id": grant.user_id,
        "created": to_iso(grant.created),
        "revoked": grant.revoked,
    }


def _grant_from_item(item: Item) -> TokenGrant:
    return TokenGrant(
        token_hash=item["token_hash"],
        workspace_id=item["workspace_id"],
        user_id=item["user_id"],
        created=from_iso(item["created"]),
        revoked=item["revoked"],
    )
