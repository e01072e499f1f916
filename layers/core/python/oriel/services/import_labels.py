"""Which labels the names in an import stand for."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from oriel.domain.billing.room import Room
from oriel.domain.clock import Clock
from oriel.domain.errors import Conflict, InvalidInput, NotFound, OrielError, PlanLimitReached
from oriel.domain.imports import Import, label_id_of
from oriel.domain.label import Label, LabelType
from oriel.domain.page import MAX_PAGE_SIZE, PageRequest
from oriel.domain.task import MAX_LABELS_OF_TASK
from oriel.label_ports import LabelStore
from oriel.ports import TaskStore

MAX_LABEL_NAME = 200
MAX_NEW_LABELS = 1000


@dataclass(slots=True)
class LabelBook:
    """All labels of a workspace; of equal names the task's comes first, then the oldest."""

    labels: LabelStore
    tasks: TaskStore
    of: Import
    room_of: Callable[[str], Room]
    clock: Clock
    _by_id: dict[str, Label] = field(default_factory=dict, init=False)
    _by_name: dict[tuple[LabelType, str], Label] = field(default_factory=dict, init=False)
    _of_task: set[str] = field(default_factory=set, init=False)

    def open(self) -> None:
        """Read all labels; raises NotFound where the import's task is gone."""
        if self.of.task_id is not None:
            self.tasks.get(self.of.workspace_id, self.of.task_id)
            of_task = self.tasks.labels(self.of.workspace_id, self.of.task_id)
            self._of_task = {label.id for label in of_task}
            self._add(of_task)
        self._add(self._all())

    def find(self, text: str, types: Sequence[LabelType]) -> Label | None:
        """Return the label of one of the types that has this id or else this name."""
        label = self._by_id.get(text)
        if label is not None:
            return label if label.type in types else None
        named = (self._by_name.get((kind, text)) for kind in types)
        return next((label for label in named if label is not None), None)

    def make(self, names: Iterable[str]) -> None:
        """Make the labels that are missing, and let all answer the import's task.

        A repeat makes the same ones. Raises InvalidInput for too many, or where one cannot be made.
        """
        wanted = list(dict.fromkeys(names))
        missing = [name for name in wanted if self.find(name, [self.of.label_type]) is None]
        if len(missing) > MAX_NEW_LABELS:
            raise InvalidInput(
                f"The folders of the archive would make {len(missing)} new labels; "
                f"an import makes at most {MAX_NEW_LABELS}"
            )
        self._check_room(wanted)
        if missing:
            room = self.room_of(self.of.workspace_id)
            self._add(self._made(name, room) for name in missing)
        self._attach(wanted)

    def _check_room(self, names: Sequence[str]) -> None:
        """Raise InvalidInput where the task would have more labels than it takes."""
        if self.of.task_id is None:
            return
        known = (self.find(name, [self.of.label_type]) for name in names)
        new = sum(label is None or label.id not in self._of_task for label in known)
        if len(self._of_task) + new > MAX_LABELS_OF_TASK:
            raise InvalidInput(
                f"A task takes at most {MAX_LABELS_OF_TASK} labels: it has {len(self._of_task)}, "
                f"and the folders of the archive would add {new}"
            )

    def _made(self, name: str, room: Room) -> Label:
        workspace_id, label_id = self.of.workspace_id, label_id_of(self.of.id, name)
        label = Label(label_id, workspace_id, name, self.of.label_type, self.clock())
        try:
            self.labels.create(label, room)
        except (Conflict, PlanLimitReached) as reason:
            return self._made_before(label, reason)
        return label

    def _made_before(self, label: Label, reason: OrielError) -> Label:
        try:
            return self.labels.get(label.workspace_id, label.id)
        except NotFound:
            # The workspace or its plan is full, or the label is just being deleted.
            raise InvalidInput(f"The label '{label.name}' could not be made: {reason}") from None

    def _attach(self, names: Iterable[str]) -> None:
        if self.of.task_id is None:
            return
        for name in names:
            label = self.find(name, [self.of.label_type])
            if label is not None and label.id not in self._of_task:
                self.tasks.attach_label(self.of.workspace_id, self.of.task_id, label.id)
                self._of_task.add(label.id)

    def _add(self, labels: Iterable[Label]) -> None:
        for label in labels:
            self._by_id.setdefault(label.id, label)
            self._by_name.setdefault((label.type, label.name), label)

    def _all(self) -> Iterator[Label]:
        cursor = None
        while True:
            page = self.labels.list(self.of.workspace_id, PageRequest(MAX_PAGE_SIZE, cursor))
            yield from page.items
            cursor = page.next_cursor
            if cursor is None:
                return
