"""The answer of `POST /recognition/v2/classify` where `task` is a list."""

from collections.abc import Mapping, Sequence
from typing import Any

from oriel.services.classify import Answer, Classified
from oriel.services.records import Unanswered

from functions.inference.wire.classify_reply import explained, said, status, whole

_TASKS = "_tasks"
"""In a record: what each task answered to it, in the order of the request."""


def from_tasks(
    classified: Sequence[Classified], request_id: str, processing_seconds: float
) -> dict[str, Any]:
    """Write the answers of several tasks; records and tasks are in the order of the request."""
    records = zip(*(one.outcomes for one in classified), strict=True)
    return {
        "tasks": [_task(one) for one in classified],
        **whole(request_id, processing_seconds),
        "records": [_record(outcomes, classified, request_id) for outcomes in records],
    }


def with_task_record_ids(
    body: Mapping[str, Any], task_index: int, ids: Mapping[int, str]
) -> dict[str, Any]:
    """Give one task's answers the ids by which callers report what was right."""
    records = [
        _identified(record, task_index, ids[index]) if index in ids else record
        for index, record in enumerate(body["records"])
    ]
    return {**body, "records": records}


def _identified(record: Mapping[str, Any], task_index: int, record_id: str) -> dict[str, Any]:
    answers = [
        {**answer, "_record_id": record_id} if position == task_index else answer
        for position, answer in enumerate(record[_TASKS])
    ]
    return {**record, _TASKS: answers}


def _task(classified: Classified) -> dict[str, Any]:
    return {"task_id": classified.model.task_id, "version": classified.model.version}


def _record(
    outcomes: Sequence[Answer | Unanswered], classified: Sequence[Classified], request_id: str
) -> dict[str, Any]:
    first = outcomes[0]
    own = {name: value for name, value in first.record.echoed.items() if name != _TASKS}
    if isinstance(first, Unanswered):
        return {**own, "_status": status(400, first.problem, request_id)}
    return {
        **own,
        "_status": status(200, "OK", request_id),
        "_width": first.width,
        "_height": first.height,
        _TASKS: [
            _task(one) | said(outcome, one) | explained(outcome, one)
            for outcome, one in zip(outcomes, classified, strict=True)
            if isinstance(outcome, Answer)
        ],
    }
