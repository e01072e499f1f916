"""What the services need of the outside world for labels and what follows them (see ports.py)."""

from collections.abc import Sequence
from typing import Protocol

from oriel.domain.billing.room import ANY_ROOM, Room
from oriel.domain.label import EVERY_LABEL, Label, LabelChange, LabelFilter
from oriel.domain.page import Page, PageRequest
from oriel.domain.sweep import Hidden


class LabelStore(Protocol):
    """Labels."""

    def create(self, label: Label, room: Room = ANY_ROOM) -> None:
        """Add a label.

        Raises Conflict where the workspace is full, PlanLimitReached where its plan is.
        """

    def get(self, workspace_id: str, label_id: str) -> Label:
        """Return the label; raises NotFound."""

    def list(
        self, workspace_id: str, page: PageRequest, wanted: LabelFilter = EVERY_LABEL
    ) -> Page[Label]:
        """Return one page of those of the workspace's labels that are wanted, oldest first."""

    def update(self, workspace_id: str, label_id: str, change: LabelChange) -> Label:
        """Change what is given and return the label; raises NotFound."""

    def hide(self, workspace_id: str, label_id: str) -> Hidden:
        """Take the label from all readers for good; no task or image can be given it any more.

        Again changes nothing. Raises NotFound once it is really gone.
        """

    def carriers_of_hidden(self, workspace_id: str, label_id: str, limit: int) -> Sequence[str]:
        """Return ids of up to `limit` images that carry a hidden label; listings may lag."""

    def detach(self, workspace_id: str, label_id: str, limit: int) -> int:
        """Detach a hidden label from up to `limit` images and tasks; return from how many.

        What an index does not show yet is left for the next call.
        """

    def remove(self, workspace_id: str, label_id: str) -> bool:
        """Remove a hidden label itself once nothing carries it; tell whether it is gone."""


class FollowUpStore(Protocol):
    """Which tasks are asked next of an image that carries a label."""

    def add(self, workspace_id: str, label_id: str, task_id: str) -> None:
        """Let the task follow the label; again changes nothing. Raises NotFound."""

    def remove(self, workspace_id: str, label_id: str, task_id: str) -> None:
        """Undo `add`; where the task does not follow nothing changes. Raises NotFound."""

    def of(self, workspace_id: str, label_id: str) -> Sequence[str]:
        """Return the ids of the tasks that follow the label, oldest task first."""
