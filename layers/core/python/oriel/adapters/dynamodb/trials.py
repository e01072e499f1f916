"""Trials in the core table: their answers and counts lie below their task and go with it."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.cascade import Write
from oriel.adapters.dynamodb.keys import Key, task_key
from oriel.adapters.dynamodb.table import CoreTable
from oriel.adapters.dynamodb.task_settings import to_text
from oriel.adapters.dynamodb.transaction import CONDITION_FAILED, Cancelled
from oriel.adapters.dynamodb.writes import EXISTS, LIVE
from oriel.domain.clock import from_iso, to_iso
from oriel.domain.errors import Conflict
from oriel.domain.task import Task
from oriel.domain.traffic import Traffic
from oriel.domain.trial import Scores, Tally
from oriel.domain.trial_record import MICRO, Given, TrialRecord, Truth, squared

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


_RUNNING = '"ended":null'
"""What the text of a trial holds as long as it is under way."""


class DynamoTrialStore:
    """An item an answer, which expires, and one with the counts of each trial."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = CoreTable(client, table_name)

    def add(self, records: Sequence[TrialRecord]) -> None:
        """Keep up to ten answers of one task; those that are there already stay as they are."""
        try:
            self._table.transact([self._table.writes.put(_to_item(record)) for record in records])
        except Cancelled as cancelled:
            kept = [
                record
                for record, reason in zip(records, cancelled.reasons, strict=True)
                if reason != CONDITION_FAILED
            ]
            if len(kept) == len(records):
                raise
            if kept:
                self.add(kept)

    def find(self, workspace_id: str, task_id: str, record_id: str) -> TrialRecord | None:
        """Return the answer, strongly consistent, None where there is none (any more)."""
        item = self._table.find(_record_key(workspace_id, task_id, record_id))
        return None if item is None else _from_item(item)

    def add_shadow(self, record: TrialRecord, answer: Given) -> None:
        """Note what the candidate said of a picture unheard.

        Raises Conflict where the record has changed since it was read, or is gone.
        """
        self._table.write((self._change(record, {"shadow": _given(answer)}), _changed()))

    def count(self, record: TrialRecord, truth: Truth) -> None:
        """Note what is right of a picture and count it, in place of what was noted before.

        Raises Conflict where the record has changed since it was read, or is gone.
        """
        key = _tally_key(record.workspace_id, record.task_id, record.trial_id)
        self._table.write(
            (self._change(record, {"truth": _truth(truth)}), _changed()),
            (self._table.writes.count(key, **_changes(record, truth)), None),
        )

    def tally(self, workspace_id: str, task_id: str, trial_id: str) -> Tally:
        """Return what was counted, strongly consistent."""
        item = self._table.find(_tally_key(workspace_id, task_id, trial_id)) or {}
        return Tally(*(_scores(item, name) for name in ("candidate", "production", "pairs")))

    def end(self, task: Task, ended: Traffic) -> None:
        """Put the end of a task's trial down; where the trial has changed nothing happens."""
        if task.traffic is None:
            return
        change = self._table.writes.update(
            task_key(task.workspace_id, task.id),
            assign={"traffic": to_text(ended)},
            # Not the whole text: older code may have written the same trial otherwise.
            condition=f"{LIVE} AND contains(traffic, :trial) AND contains(traffic, :running)",
            values={"trial": task.traffic.trial_id, "running": _RUNNING},
        )
        with suppress(Cancelled):
            self._table.transact([change])

    def _change(self, record: TrialRecord, changes: Item) -> Write:
        """Change a record where it is as it was read."""
        seen = {
            "shadow": None if record.shadow is None else _given(record.shadow),
            "truth": None if record.truth is None else _truth(record.truth),
        }
        same = (
            f"attribute_not_exists({name})" if value is None else f"{name} = :seen_{name}"
            for name, value in seen.items()
        )
        return self._table.writes.update(
            _record_key(record.workspace_id, record.task_id, record.id),
            assign=changes,
            condition=" AND ".join([EXISTS, *same]),
            values={f"seen_{name}": value for name, value in seen.items() if value is not None},
        )


def _record_key(workspace_id: str, task_id: str, record_id: str) -> Key:
    return task_key(workspace_id, task_id, f"ANSWER#{record_id}")


def _tally_key(workspace_id: str, task_id: str, trial_id: str) -> Key:
    return task_key(workspace_id, task_id, f"TRIAL#{trial_id}")


def _to_item(record: TrialRecord) -> Item:
    return {
        **_record_key(record.workspace_id, record.task_id, record.id),
        "id": record.id,
        "workspace_id": record.workspace_id,
        "task_id": record.task_id,
        "trial_id": record.trial_id,
        "version": record.version,
        "candidate": record.candidate,
        "answer": _given(record.answer),
        "created": to_iso(record.created),
        "expires_at": int(record.expires.timestamp()),
    }


def _from_item(item: Item) -> TrialRecord:
    shadow = item.get("shadow")
    return TrialRecord(
        id=item["id"],
        workspace_id=item["workspace_id"],
        task_id=item["task_id"],
        trial_id=item["trial_id"],
        version=item["version"],
        candidate=item["candidate"],
        answer=_read_given(json.loads(item["answer"])),
        created=from_iso(item["created"]),
        shadow=None if shadow is None else _read_given(json.loads(shadow)),
        truth=_read_truth(item.get("truth")),
    )


def _given(given: Given) -> str:
    return json.dumps(given if isinstance(given, float) else sorted(given))


def _read_given(content: Any) -> Given:
    return frozenset(content) if isinstance(content, list) else float(content)


def _truth(truth: Truth) -> str:
    given = truth.given if isinstance(truth.given, float) else sorted(truth.given)
    return json.dumps([given, truth.answered, truth.shadow])


def _read_truth(text: str | None) -> Truth | None:
    if text is None:
        return None
    given, answered, shadow = json.loads(text)
    return Truth(_read_given(given), answered, shadow)


def _changes(record: TrialRecord, truth: Truth) -> Mapping[str, int]:
    """Return by how much the counts change; a truth that was corrected takes the old one back."""
    changes: dict[str, int] = {}
    for sign, one in ((-1, record.truth), (1, truth)):
        for name, score in _named(record, one).items():
            for kind, amount in (("count", 1), ("total", score), ("squares", squared(score))):
                changes[f"{name}_{kind}"] = changes.get(f"{name}_{kind}", 0) + sign * amount
    return changes


def _named(record: TrialRecord, truth: Truth | None) -> Mapping[str, int]:
    """Return the scores of a truth by who has them."""
    if truth is None:
        return {}
    answered = {"candidate" if record.candidate else "production": truth.answered}
    if truth.shadow is None:
        return answered
    return {**answered, "candidate": truth.shadow, "pairs": truth.shadow - truth.answered}


def _scores(item: Item, name: str) -> Scores:
    count, total, squares = (
        item.get(f"{name}_{kind}", 0) for kind in ("count", "total", "squares")
    )
    return Scores(count, total / MICRO, squares / MICRO)


def _changed() -> Conflict:
    return Conflict("The answer has changed meanwhile; try again")
