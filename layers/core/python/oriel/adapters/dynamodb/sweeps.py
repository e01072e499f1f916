"""How far sweeps have come, in the core table."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.keys import counts_key, sweep_key, sweeps_of
from oriel.adapters.dynamodb.table import CoreTable
from oriel.adapters.dynamodb.writes import EXISTS
from oriel.domain.clock import from_iso, to_iso
from oriel.domain.errors import NotFound
from oriel.domain.page import Page, PageRequest
from oriel.domain.sweep import Sweep, SweepKind, SweepState, stronger

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_RUNNING = "#state = :running"
_REMOVED = "removed_"


class _ThereAlready(Exception):
    """Somebody has asked for this sweep before."""


class DynamoSweepStore:
    """One item a sweep; what was removed is added up, so that several may work at a time."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = CoreTable(client, table_name)

    def request(self, sweep: Sweep) -> Sweep:
        """Add the sweep, or let one that is there go on, and return it as it now is."""
        writes = self._table.writes
        try:
            self._table.write(
                (writes.put(_to_item(sweep)), _ThereAlready()),
                (writes.count(counts_key(sweep.workspace_id), sweeps_count=1), None),
            )
        except _ThereAlready:
            return self._go_on(sweep)
        return sweep

    def begin(self, workspace_id: str, subject_id: str, at: datetime) -> Sweep | None:
        """Count one more attempt and return the sweep; None where none is RUNNING."""
        begin = self._table.writes.update(
            sweep_key(workspace_id, subject_id),
            assign={"updated": to_iso(at), "state": SweepState.RUNNING.value},
            add={"stalls": 1},
            condition=_RUNNING,
            values={"running": SweepState.RUNNING.value},
        )
        try:
            return _from_item(self._table.update(begin, NotFound("not running")))
        except NotFound:
            return None

    def advance(
        self, workspace_id: str, subject_id: str, removed: Mapping[str, int], at: datetime
    ) -> None:
        """Add to what was removed; it has not stalled. One that is not there stays so."""
        self._change(
            workspace_id,
            subject_id,
            {"updated": to_iso(at), "stalls": 0},
            {f"{_REMOVED}{what}": count for what, count in removed.items() if count},
        )

    def finish(
        self, workspace_id: str, subject_id: str, at: datetime, failure: str | None = None
    ) -> None:
        """Set it DONE, or FAILED with the reason. One that is not there stays so."""
        state = SweepState.DONE if failure is None else SweepState.FAILED
        changes = {"updated": to_iso(at), "state": state.value, "failure": failure}
        self._change(workspace_id, subject_id, changes, {})

    def find(self, workspace_id: str, subject_id: str) -> Sweep | None:
        """Return the sweep of the subject, None where there is none."""
        item = self._table.find(sweep_key(workspace_id, subject_id))
        return None if item is None else _from_item(item)

    def list(self, workspace_id: str, page: PageRequest) -> Page[Sweep]:
        """Return one page of the workspace's sweeps, oldest first."""
        items, cursor = self._table.page(sweeps_of(workspace_id), page)
        counts = self._table.find(counts_key(workspace_id)) or {}
        return Page(tuple(map(_from_item, items)), counts.get("sweeps_count", 0), cursor)

    def _go_on(self, sweep: Sweep) -> Sweep:
        known = self.find(sweep.workspace_id, sweep.subject_id)
        if known is None:
            return sweep
        changes: Item = {"kind": stronger(sweep.kind, known.kind).value}
        if known.state is not SweepState.RUNNING:
            # As if it had never begun, so that a new message is sent for it.
            changes |= {
                "state": SweepState.RUNNING.value,
                "stalls": 0,
                "updated": None,
                "failure": None,
            }
        go_on = self._table.writes.update(
            sweep_key(sweep.workspace_id, sweep.subject_id), assign=changes, condition=EXISTS
        )
        return _from_item(self._table.update(go_on, NotFound("There is no such deletion")))

    def _change(
        self, workspace_id: str, subject_id: str, changes: Item, counts: Mapping[str, int]
    ) -> None:
        change = self._table.writes.update(
            sweep_key(workspace_id, subject_id), assign=changes, add=counts, condition=EXISTS
        )
        try:
            self._table.update(change, NotFound("There is no such deletion"))
        except NotFound:
            return  # its workspace was deleted meanwhile


def _to_item(sweep: Sweep) -> Item:
    return {
        **sweep_key(sweep.workspace_id, sweep.subject_id),
        **sweeps_of(sweep.workspace_id).place(sweep.requested, sweep.subject_id),
        "id": sweep.subject_id,
        "workspace_id": sweep.workspace_id,
        "kind": sweep.kind.value,
        "requested": to_iso(sweep.requested),
        "state": sweep.state.value,
        "stalls": sweep.stalls,
    }


def _from_item(item: Item) -> Sweep:
    updated = item.get("updated")
    return Sweep(
        workspace_id=item["workspace_id"],
        kind=SweepKind(item["kind"]),
        subject_id=item["id"],
        requested=from_iso(item["requested"]),
        state=SweepState(item["state"]),
        removed={
            name.removeprefix(_REMOVED): count
            for name, count in item.items()
            if name.startswith(_REMOVED)
        },
        updated=None if updated is None else from_iso(updated),
        stalls=item["stalls"],
        failure=item.get("failure"),
    )
