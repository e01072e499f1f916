"""Entry point for ops: makes a workspace. The token is in the reply and nowhere else."""

from typing import Any

from oriel.adapters.clients import dynamodb_client
from oriel.adapters.dynamodb.workspaces import DynamoWorkspaceStore
from oriel.domain.clock import utc_now
from oriel.domain.errors import InvalidInput
from oriel.observability import logger
from oriel.services.workspaces import Workspaces
from oriel.settings import Settings

_WORKSPACES = Workspaces(
    DynamoWorkspaceStore(dynamodb_client(), Settings.load().core_table), utc_now
)


def handler(event: dict[str, Any], _context: object) -> dict[str, str]:
    """Make a workspace from `{"workspace_name": ...}`; raises InvalidInput."""
    name = event.get("workspace_name")
    if not isinstance(name, str):
        raise InvalidInput("workspace_name is required and must be a string")
    made = _WORKSPACES.create(name)
    logger.info("workspace created", workspace_id=made.workspace.id)
    return {"workspace": made.workspace.id, "user": made.user_id, "token": made.token}
