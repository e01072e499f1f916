"""Workspaces on the wire."""

from typing import Any

from oriel.domain.access import Role
from oriel.domain.workspace import Caller, Workspace
from pydantic import Field, RootModel

from functions.api.wire.base import Answer, Moment, Name, Request


class WorkspaceAnswer(Answer):
    """A workspace of the caller."""

    id: str
    name: str
    created: Moment
    owner: str = Field(description="Id of the user who made it.")
    meta_data: dict[str, Any] = Field(default={}, description="Always empty.")
    is_default: bool = Field(description="Whether the token leads here where none is named.")
    role: Role = Field(description="The caller's.")

    @classmethod
    def from_domain(cls, workspace: Workspace, caller: Caller) -> "WorkspaceAnswer":
        """Answer with a workspace."""
        return cls(
            id=workspace.id,
            name=workspace.name,
            created=workspace.created,
            owner=workspace.owner_id,
            is_default=workspace.id == caller.workspace_id,
            role=caller.roles[workspace.id],
        )


class WorkspacesAnswer(RootModel[list[WorkspaceAnswer]]):
    """All workspaces of the caller, as a bare array."""


class WorkspaceCreate(Request):
    """A new workspace."""

    name: Name


class WorkspaceUpdate(Request):
    """Another name."""

    name: Name | None = None
