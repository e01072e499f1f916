"""Entry point for ops: makes a workspace. The token is in the reply and nowhere else."""

from typing import Any

from oriel.adapters.clients import dynamodb_client
from oriel.adapters.dynamodb.members import DynamoMemberStore
from oriel.adapters.dynamodb.tokens import DynamoTokenStore
from oriel.adapters.dynamodb.workspaces import DynamoWorkspaceStore
from oriel.domain.clock import utc_now
from oriel.domain.errors import InvalidInput
from oriel.observability import logger
from oriel.services.bootstrap import OWNER_NAME, Bootstrap
from oriel.settings import Settings

_CORE = (dynamodb_client(), Settings.load().core_table)
_BOOTSTRAP = Bootstrap(
    DynamoWorkspaceStore(*_CORE), DynamoMemberStore(*_CORE), DynamoTokenStore(*_CORE), utc_now
)


def handler(event: dict[str, Any], _context: object) -> dict[str, str]:
    """Make the workspace `workspace_name` with an owner, or give its owner a `new_token`.

    Of the owner `owner_name` and `email` may be told. Raises InvalidInput, Conflict and NotFound.
    """
    name = _text(event, "workspace_name")
    if event.get("new_token") is True:
        made = _BOOTSTRAP.replace_token(name)
        logger.info("owner token made", workspace_id=made.workspace_id, user_id=made.user_id)
    else:
        owner, email = _text(event, "owner_name", OWNER_NAME), _text(event, "email", "")
        made = _BOOTSTRAP.found(name, owner, email)
        logger.info("workspace created", workspace_id=made.workspace_id, user_id=made.user_id)
    return {"workspace": made.workspace_id, "user": made.user_id, "token": made.token}


def _text(event: dict[str, Any], name: str, default: str | None = None) -> str:
    value = event.get(name, default)
    if not isinstance(value, str):
        raise InvalidInput(f"{name} is required and must be a string")
    return value
