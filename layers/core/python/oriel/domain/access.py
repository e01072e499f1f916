"""Who may do what: a role in a workspace grants permissions, and a token's scopes narrow them."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Permission(StrEnum):
    """What an operation needs."""

    READ = "read"
    """See everything that lies in the workspace."""
    ANNOTATE = "annotate"
    """Say what is on an image: its labels, values, flags, meta data, verification, points."""
    EDIT = "edit"
    """Make and remove tasks, labels and images; choose a task's labels and its production model."""
    TRAIN = "train"
    """Start trainings, which cost computing time, and cancel them."""
    CLASSIFY = "classify"
    """Get answers, which are billed."""
    MANAGE = "manage"
    """Choose members and tokens; rename and delete the workspace."""


class Role(StrEnum):
    """What a member is in a workspace."""

    OWNER = "owner"
    EDITOR = "editor"
    ANNOTATOR = "annotator"
    VIEWER = "viewer"


_VIEW = frozenset({Permission.READ})
_ANNOTATE = _VIEW | {Permission.ANNOTATE}
_EDIT = _ANNOTATE | {Permission.EDIT, Permission.TRAIN, Permission.CLASSIFY}

PERMISSIONS_OF: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.OWNER: frozenset(Permission),
        Role.EDITOR: _EDIT,
        Role.ANNOTATOR: _ANNOTATE,
        Role.VIEWER: _VIEW,
    }
)
