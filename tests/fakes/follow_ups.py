from collections.abc import Sequence

from tests.fakes.core import MemoryCore, by_age


class MemoryFollowUpStore:
    def __init__(self, core: MemoryCore) -> None:
        self._core = core

    def add(self, workspace_id: str, label_id: str, task_id: str) -> None:
        with self._core.lock:
            self._check(workspace_id, label_id, task_id)
            self._core.follow_ups.add((label_id, task_id))

    def remove(self, workspace_id: str, label_id: str, task_id: str) -> None:
        with self._core.lock:
            self._check(workspace_id, label_id, task_id)
            self._core.follow_ups.discard((label_id, task_id))

    def of(self, workspace_id: str, label_id: str) -> Sequence[str]:
        tasks = [
            self._core.tasks[task_id]
            for label, task_id in self._core.follow_ups
            if label == label_id and task_id not in self._core.hidden_tasks
        ]
        return [task.id for task in by_age(tasks) if task.workspace_id == workspace_id]

    def _check(self, workspace_id: str, label_id: str, task_id: str) -> None:
        self._core.label(workspace_id, label_id)
        self._core.task(workspace_id, task_id)
