"""Labels."""

from collections.abc import Sequence

from oriel.domain.billing.room import Room
from oriel.domain.clock import Clock
from oriel.domain.errors import InvalidInput
from oriel.domain.ids import new_id
from oriel.domain.label import EVERY_LABEL, Label, LabelChange, LabelFilter, LabelType
from oriel.domain.page import Page, PageRequest
from oriel.label_ports import FollowUpStore, LabelStore
from oriel.ports import TaskStore
from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class Labels:
    """What can be done with labels."""

    store: LabelStore
    tasks: TaskStore
    follow_ups: FollowUpStore
    clock: Clock

    def create(  # noqa: PLR0913 - each is one thing a label has
        self,
        workspace_id: str,
        name: str,
        kind: LabelType = LabelType.CATEGORY,
        description: str = "",
        output_name: str | None = None,
        *,
        room: Room,
    ) -> Label:
        """Make a label; names need not be unique.

        Raises Conflict for too many, and PlanLimitReached for more than the plan has room for.
        """
        label = Label(new_id(), workspace_id, name, kind, self.clock(), description, output_name)
        self.store.create(label, room)
        return label

    def list(
        self,
        workspace_id: str,
        page: PageRequest,
        task_id: str | None = None,
        wanted: LabelFilter = EVERY_LABEL,
    ) -> Page[Label]:
        """Return one page of those labels, or of a task's, that are wanted.

        Raises NotFound for an unknown task.
        """
        if task_id is None:
            return self.store.list(workspace_id, page, wanted)
        self.tasks.get(workspace_id, task_id)
        labels = self.tasks.labels(workspace_id, task_id)
        shown = [label for label in labels if wanted.matches(label.name, label.type)]
        return _cut(tuple(shown), page)

    def update(self, workspace_id: str, label_id: str, change: LabelChange) -> Label:
        """Change what is given; raises NotFound."""
        return self.store.update(workspace_id, label_id, change)

    def next_tasks(self, label: Label) -> Sequence[str]:
        """Return the ids of the tasks that are asked next of what carries the label."""
        return self.follow_ups.of(label.workspace_id, label.id)

    def add_next_task(self, workspace_id: str, label_id: str, task_id: str) -> Label:
        """Let a task be asked next of what carries the label; again changes nothing.

        Raises NotFound.
        """
        self.follow_ups.add(workspace_id, label_id, task_id)
        return self.store.get(workspace_id, label_id)

    def remove_next_task(self, workspace_id: str, label_id: str, task_id: str) -> Label:
        """Undo `add_next_task`; raises NotFound."""
        self.follow_ups.remove(workspace_id, label_id, task_id)
        return self.store.get(workspace_id, label_id)


def _cut(labels: tuple[Label, ...], page: PageRequest) -> Page[Label]:
    """Cut a page out of a task's labels, which are few; the cursor is the last label's id."""
    start = 0
    if page.cursor is not None:
        ids = [label.id for label in labels]
        if page.cursor not in ids:
            raise InvalidInput("page is not a page of this listing")
        start = ids.index(page.cursor) + 1
    items = labels[start : start + page.size]
    last = start + page.size >= len(labels)
    return Page(items, len(labels), None if last else items[-1].id)
