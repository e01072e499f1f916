"""The answer of `POST /recognition/v2/classify`."""

from collections.abc import Mapping
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from oriel.domain.model import Artifact
from oriel.domain.task import TaskType
from oriel.services.classify import Answer, Classified
from oriel.services.records import Unanswered

from functions.inference.wire.abstained import abstained
from functions.inference.wire.explanation import explanation_of

if TYPE_CHECKING:
    # Read when the first answer needs it (ADR 23).
    from oriel.services.keep_pictures import Outcome

_OUTPUT = itemgetter(1)
_PROBABILITY_STEPS, _TIME_STEPS = 10**6, 10**4
_VALUE_DIGITS = 7
"""Significant ones: a model computes with no more."""


def from_classified(
    classified: Classified, request_id: str, processing_seconds: float
) -> dict[str, Any]:
    """Write one task's answer; the records are in the order of the request."""
    return {
        "task_id": classified.model.task_id,
        "version": classified.model.version,
        **whole(request_id, processing_seconds),
        "records": [_record(outcome, classified, request_id) for outcome in classified.outcomes],
    }


def whole(request_id: str, processing_seconds: float) -> dict[str, Any]:
    """Write what is said of a request as a whole that was answered."""
    return {
        "status": status(200, "OK", request_id) | {"proc_id": request_id},
        "statistics": {"processing time": _in_steps(processing_seconds, _TIME_STEPS)},
    }


def with_kept(body: Mapping[str, Any], kept: "Mapping[int, Outcome]") -> dict[str, Any]:
    """Say in each answered record which image it became, or why it became none."""
    records = [
        {**record, **_kept(kept[index])} if index in kept else record
        for index, record in enumerate(body["records"])
    ]
    return {**body, "records": records}


def with_record_ids(body: Mapping[str, Any], ids: Mapping[int, str]) -> dict[str, Any]:
    """Give answered records the ids by which callers report what was right."""
    records = [
        {**record, "_record_id": ids[index]} if index in ids else record
        for index, record in enumerate(body["records"])
    ]
    return {**body, "records": records}


def _kept(outcome: "Outcome") -> dict[str, str]:
    from oriel.services.keep_pictures import Kept  # noqa: PLC0415 - it has been read by now

    if isinstance(outcome, Kept):
        return {"_stored_image_id": outcome.image_id}
    return {"_store_error": outcome.problem}


def _record(
    outcome: Answer | Unanswered, classified: Classified, request_id: str
) -> dict[str, Any]:
    if isinstance(outcome, Unanswered):
        return {**outcome.record.echoed, "_status": status(400, outcome.problem, request_id)}
    return {
        **outcome.record.echoed,
        "_status": status(200, "OK", request_id),
        **said(outcome, classified),
        "_width": outcome.width,
        "_height": outcome.height,
        **explained(outcome, classified),
    }


def said(answer: Answer, classified: Classified) -> dict[str, Any]:
    """Write the labels that a task answered, and whether that is an answer at all."""
    labels = _labels(answer, classified.artifact)
    return {
        "best_label": labels[0],
        "labels": labels,
        **abstained(answer, classified.artifact, classified.abstention),
    }


def explained(answer: Answer, classified: Classified) -> dict[str, Any]:
    """Write where a task's answer comes from; nothing where nobody asked for that."""
    return explanation_of(answer, classified.artifact) if classified.explain else {}


def _labels(answer: Answer, artifact: Artifact) -> list[dict[str, Any]]:
    """Return all labels of the model, the most probable first; probabilities in [0, 1].

    A regression has one label, with a value in its own units.
    """
    if artifact.task_type is TaskType.REGRESSION:
        return [
            {"id": label.id, "name": label.name, "value": _rounded(value)}
            for label, value in zip(artifact.labels, answer.outputs, strict=True)
        ]
    answered = zip(artifact.labels, answer.outputs, strict=True)
    return [
        {"id": label.id, "name": label.name, "prob": _in_steps(probability, _PROBABILITY_STEPS)}
        for label, probability in sorted(answered, key=_OUTPUT, reverse=True)
    ]


def _in_steps(value: float, steps: int) -> float:
    """Keep whole parts of so many; `round(value, digits)` takes five times as long."""
    return round(value * steps) / steps


def _rounded(value: float) -> float:
    return float(f"{value:.{_VALUE_DIGITS}g}")


def status(code: int, text: str, request_id: str) -> dict[str, Any]:
    """Write whether a record, or the whole request, was answered."""
    return {"code": code, "text": text, "request_id": request_id}
