"""Sweeps in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from oriel.domain.page import Page, PageRequest
from oriel.domain.sweep import Sweep, SweepState, stronger

from tests.fakes.core import MemoryCore, cut


class MemorySweepStore:
    def __init__(self, core: MemoryCore) -> None:
        self._core = core

    def request(self, sweep: Sweep) -> Sweep:
        with self._core.lock:
            where = (sweep.workspace_id, sweep.subject_id)
            known = self._core.sweeps.get(where, sweep)
            known = replace(known, kind=stronger(sweep.kind, known.kind))
            if known.state is not SweepState.RUNNING:
                known = replace(
                    known, state=SweepState.RUNNING, stalls=0, updated=None, failure=None
                )
            self._core.sweeps[where] = known
            return known

    def begin(self, workspace_id: str, subject_id: str, at: datetime) -> Sweep | None:
        with self._core.lock:
            known = self.find(workspace_id, subject_id)
            if known is None or known.state is not SweepState.RUNNING:
                return None
            known = replace(known, updated=at, stalls=known.stalls + 1)
            self._core.sweeps[workspace_id, subject_id] = known
            return known

    def advance(
        self, workspace_id: str, subject_id: str, removed: Mapping[str, int], at: datetime
    ) -> None:
        with self._core.lock:
            known = self.find(workspace_id, subject_id)
            if known is not None:
                names = {*known.removed, *(name for name, count in removed.items() if count)}
                total = {name: known.removed.get(name, 0) + removed.get(name, 0) for name in names}
                self._core.sweeps[workspace_id, subject_id] = replace(
                    known, removed=total, updated=at, stalls=0
                )

    def finish(
        self, workspace_id: str, subject_id: str, at: datetime, failure: str | None = None
    ) -> None:
        with self._core.lock:
            known = self.find(workspace_id, subject_id)
            if known is not None:
                state = SweepState.DONE if failure is None else SweepState.FAILED
                self._core.sweeps[workspace_id, subject_id] = replace(
                    known, state=state, failure=failure, updated=at
                )

    def find(self, workspace_id: str, subject_id: str) -> Sweep | None:
        return self._core.sweeps.get((workspace_id, subject_id))

    def list(self, workspace_id: str, page: PageRequest) -> Page[Sweep]:
        mine = [one for one in self._core.sweeps.values() if one.workspace_id == workspace_id]
        mine.sort(key=lambda sweep: (sweep.requested, sweep.subject_id))
        return cut(mine, page, lambda sweep: f"{sweep.requested.isoformat()}#{sweep.subject_id}")


@dataclass
class MemorySweepQueue:
    """Keeps what was sent; `deliver` hands it over once."""

    waiting: list[tuple[str, str, int]] = field(default_factory=list)

    def send(self, workspace_id: str, subject_id: str, delay_seconds: int = 0) -> None:
        self.waiting.append((workspace_id, subject_id, delay_seconds))

    def deliver(self) -> list[tuple[str, str, int]]:
        delivered, self.waiting = self.waiting, []
        return delivered
