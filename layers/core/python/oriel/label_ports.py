"""What the services need of the outside world for the annotation hierarchy (see ports.py)."""

from collections.abc import Sequence
from typing import Protocol


class FollowUpStore(Protocol):
    """Which tasks are asked next of an image that carries a label."""

    def add(self, workspace_id: str, label_id: str, task_id: str) -> None:
        """Let the task follow the label; again changes nothing. Raises NotFound."""

    def remove(self, workspace_id: str, label_id: str, task_id: str) -> None:
        """Undo `add`; where the task does not follow nothing changes. Raises NotFound."""

    def of(self, workspace_id: str, label_id: str) -> Sequence[str]:
        """Return the ids of the tasks that follow the label, oldest task first."""
