"""What the services need of the outside world. Adapters and the tests' fakes provide it.

Every method that takes a workspace id answers from that workspace alone: what lies in another is
`NotFound` (or None where the signature says so), exactly as if it did not exist.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol, Unpack

from oriel.domain.billing.room import ANY_ROOM, Room
from oriel.domain.label import Label
from oriel.domain.model import Model
from oriel.domain.page import Page, PageRequest
from oriel.domain.task import Task, TaskChanges
from oriel.values import dataclass


class TaskStore(Protocol):
    """Tasks, their labels, and the lock that lets one training run at a time."""

    def create(self, task: Task, negative: Label | None = None, room: Room = ANY_ROOM) -> None:
        """Add a task, with its negative label where it has one, all or nothing.

        Raises Conflict where the workspace is full, PlanLimitReached where its plan is.
        """

    def get(self, workspace_id: str, task_id: str) -> Task:
        """Return the task, strongly consistent; raises NotFound."""

    def list(self, workspace_id: str, page: PageRequest, search: str = "") -> Page[Task]:
        """Return one page of the workspace's tasks with the text in their names, oldest first."""

    def update(self, workspace_id: str, task_id: str, **changes: Unpack[TaskChanges]) -> Task:
        """Change what is given and return the task; raises NotFound."""

    def hide(self, workspace_id: str, task_id: str) -> Task:
        """Take the task and its negative label from all readers and return the task.

        Again changes nothing. Raises NotFound; AlreadyTraining while a training runs.
        """

    def unlink(self, workspace_id: str, task_id: str) -> None:
        """Remove what links a hidden task to labels and versions; again changes nothing."""

    def delete(self, workspace_id: str, task_id: str) -> None:
        """Remove the task, hidden or not, and its label links; labels, images and models stay.

        Its negative label is only hidden. Raises NotFound; AlreadyTraining while a training runs.
        """

    def attach_label(self, workspace_id: str, task_id: str, label_id: str) -> None:
        """Let the label answer the task; again changes nothing. Raises NotFound."""

    def detach_label(self, workspace_id: str, task_id: str, label_id: str) -> None:
        """Undo `attach_label`; where it is not attached nothing changes. Raises NotFound."""

    def labels(self, workspace_id: str, task_id: str) -> Sequence[Label]:
        """Return all labels of the task, in the order in which they were created."""

    def begin_training(self, task: Task, model: Model) -> None:
        """Add the model and take the task's training lock, both or neither.

        Raises AlreadyTraining where another model holds the lock.
        """


class Blobs(Protocol):
    """The objects of one bucket."""

    def put(self, key: str, data: bytes, content_type: str) -> None:
        """Store or replace an object."""

    def get(self, key: str, max_bytes: int | None = None) -> bytes:
        """Return an object's bytes; raises NotFound, and PayloadTooLarge over `max_bytes`."""

    def delete(self, keys: Iterable[str]) -> None:
        """Remove objects; those that do not exist are no error."""

    def delete_below(self, prefix: str) -> int:
        """Remove up to a thousand objects whose keys begin so; return how many."""

    def sign_get(self, key: str, expires_seconds: int) -> str:
        """Return a URL that anyone may fetch the object from until it expires."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a URL gave: at most the allowed number of bytes."""

    data: bytes
    content_type: str


class Fetcher(Protocol):
    """Fetches what strangers' URLs point at, and nothing inside our own network."""

    def fetch(self, url: str) -> Fetched:
        """Return the content; raises InvalidInput with a reason that the caller may see."""
