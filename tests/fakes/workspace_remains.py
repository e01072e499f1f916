from collections.abc import Mapping, Sequence

from oriel.domain.errors import NotFound
from oriel.domain.sweep import SweepKind, SweepState

from tests.fakes.core import MemoryCore


class MemoryWorkspaceRemains:
    def __init__(self, core: MemoryCore) -> None:
        self._core = core

    def hide(self, workspace_id: str) -> None:
        if workspace_id not in self._core.workspaces:
            raise NotFound("There is no workspace with this id")
        self._core.hidden_workspaces.add(workspace_id)

    def task_ids(self, workspace_id: str, limit: int) -> Sequence[str]:
        mine = [one.id for one in self._core.tasks.values() if one.workspace_id == workspace_id]
        return sorted(mine)[:limit]

    def remove_some(self, workspace_id: str, limit: int) -> Mapping[str, int]:
        core = self._core
        with core.lock:
            for kind, things in (
                ("images", core.images),
                ("labels", core.labels),
                ("models", core.models),
            ):
                mine = [one for one, thing in things.items() if thing.workspace_id == workspace_id]
                for one in sorted(mine)[:limit]:
                    del things[one]
                if mine:
                    return {kind: min(limit, len(mine))}
            sweeps = [where for where, one in core.sweeps.items() if where[0] == workspace_id]
            for where in sweeps:
                sweep = core.sweeps[where]
                if sweep.kind is SweepKind.WORKSPACE and sweep.state is SweepState.RUNNING:
                    continue
                del core.sweeps[where]
                return {"deletions": 1}
            return {}

    def remove(self, workspace_id: str) -> None:
        self._core.workspaces.pop(workspace_id, None)
        self._core.hidden_workspaces.discard(workspace_id)
