"""Tokens in the core table, by their hashes."""

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from oriel.adapters.dynamodb.account_items import grant_from_item
from oriel.adapters.dynamodb.account_keys import (
    TOKEN_PREFIX,
    membership_key,
    token_entry_key,
    token_key,
)
from oriel.adapters.dynamodb.account_writes import (
    NoMember,
    NoRoom,
    TooManyTokens,
    count_token,
    count_token_of_member,
    put_grant,
    uncount_token_of_member,
)
from oriel.adapters.dynamodb.keys import workspace_key
from oriel.adapters.dynamodb.table import CoreTable
from oriel.adapters.dynamodb.writes import EXISTS
from oriel.domain.errors import Conflict, NotFound
from oriel.domain.token import MAX_TOKENS_OF_MEMBER, MAX_TOKENS_OF_WORKSPACE, TokenGrant

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoTokenStore:
    """Tokens: what a hash opens, and entries that list a workspace's."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = CoreTable(client, table_name)

    def find_grant(self, token_hash: str) -> TokenGrant | None:
        """Return what the token of this hash opens, None where it is unknown or was revoked."""
        item = self._table.find(token_key(token_hash))
        return None if item is None else grant_from_item(item)

    def create(self, grant: TokenGrant) -> None:
        """Add a token; raises NotFound where its user is no member, Conflict for too many."""
        writes = self._table.writes
        try:
            self._table.write(
                count_token_of_member(writes, grant),
                *put_grant(writes, grant),
                count_token(writes, grant.workspace_id),
            )
        except TooManyTokens:
            if self._table.find(membership_key(grant.user_id, grant.workspace_id)) is None:
                raise NotFound("There is no workspace with this id") from None
            raise Conflict(
                f"A member has at most {MAX_TOKENS_OF_MEMBER} tokens of a workspace; "
                "revoke some first"
            ) from None
        except NoRoom:
            raise Conflict(
                f"A workspace takes at most {MAX_TOKENS_OF_WORKSPACE} tokens; revoke some first"
            ) from None

    def get(self, workspace_id: str, token_id: str) -> TokenGrant:
        """Return a token of the workspace; raises NotFound."""
        item = self._table.find(token_entry_key(workspace_id, token_id))
        if item is None:
            raise _unknown()
        return grant_from_item(item)

    def list(self, workspace_id: str) -> Sequence[TokenGrant]:
        """Return all tokens of the workspace, oldest first."""
        items = self._table.below(workspace_key(workspace_id)["pk"], TOKEN_PREFIX)
        return sorted(map(grant_from_item, items), key=lambda one: (one.created, one.id))

    def revoke(self, workspace_id: str, token_id: str) -> None:
        """Make the token open nothing any more and forget it; raises NotFound."""
        grant = self.get(workspace_id, token_id)
        writes = self._table.writes
        update = writes.update(
            workspace_key(workspace_id), add={"tokens_count": -1}, condition=EXISTS
        )
        parts = (
            (writes.delete(token_entry_key(workspace_id, token_id)), _unknown()),
            (writes.delete(token_key(grant.token_hash)), None),
            (update, None),
        )
        try:
            self._table.write(*parts, uncount_token_of_member(writes, grant))
        except NoMember:
            self._table.write(*parts)

    def revoke_all(self, workspace_id: str) -> None:
        """Revoke all tokens of a workspace that is being deleted; a repeat goes on."""
        for grant in self.list(workspace_id):
            with suppress(NotFound):  # another call was here
                self.revoke(workspace_id, grant.id)


def _unknown() -> NotFound:
    return NotFound("There is no token with this id")
