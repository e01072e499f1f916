"""Labels."""

from dataclasses import dataclass

from oriel.domain.clock import Clock
from oriel.domain.errors import InvalidInput
from oriel.domain.ids import new_id
from oriel.domain.label import Label, LabelType
from oriel.domain.page import Page, PageRequest
from oriel.ports import LabelStore, TaskStore


@dataclass(frozen=True, slots=True)
class Labels:
    """What can be done with labels."""

    store: LabelStore
    tasks: TaskStore
    clock: Clock

    def create(
        self,
        workspace_id: str,
        name: str,
        kind: LabelType = LabelType.CATEGORY,
        description: str = "",
        output_name: str | None = None,
    ) -> Label:
        """Make a label; names need not be unique."""
        label = Label(new_id(), workspace_id, name, kind, self.clock(), description, output_name)
        self.store.create(label)
        return label

    def list(self, workspace_id: str, page: PageRequest, task_id: str | None = None) -> Page[Label]:
        """Return one page of all labels, or of a task's; raises NotFound for an unknown task."""
        if task_id is None:
            return self.store.list(workspace_id, page)
        self.tasks.get(workspace_id, task_id)
        return _cut(tuple(self.tasks.labels(workspace_id, task_id)), page)


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
