"""The request of `POST /recognition/v2/classify`.

Checked by hand: two levels of plain JSON are not worth the 100 ms that a validation library adds to
every cold start.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from oriel.adapters.gateway import read_object
from oriel.domain.errors import InvalidInput
from oriel.domain.traffic import MAX_STICKY_ID
from oriel.services.classify import ClassifyRequest
from oriel.services.records import MAX_OWN_BYTES, MAX_RECORDS, MAX_TASKS, Record

_NOT_ECHOED = {
    "_base64",
    "_file",
    "_status",
    "_width",
    "_height",
    "_stored_image_id",
    "_store_error",
    "_record_id",
    "best_label",
    "labels",
    "abstained",
    "abstain_reason",
    "explanation",
    "_explain_error",
}
"""What is large, what is private to the sender's machine, and what only an answer may say."""
_MAX_DEPTH = 32
"""Levels of an own field; far from what JSON can be written of where an answer is written."""
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def parse_classify(body: str) -> ClassifyRequest:
    """Read a request; null counts as absent, unknown fields are ignored or echoed.

    Raises InvalidInput, which names the field.
    """
    content = _object(body)
    workspace = _text(content, "workspace")
    tasks, listed = _tasks(content)
    if listed:
        _refuse_what_is_of_one_task(content)
    playground, store_images = _flag(content, "playground"), _flag(content, "store_images")
    if playground and store_images:
        raise InvalidInput("playground cannot be sent with store_images: it leaves nothing behind")
    return ClassifyRequest(
        task_ids=tasks,
        listed=listed,
        version=_version(content),
        records=_records(content.get("records")),
        workspace=workspace,
        store_images=store_images,
        explain=_flag(content, "explain"),
        explain_label=_explain_label(content),
        sticky_id=_sticky_id(content),
        playground=playground,
    )


def _object(body: str) -> Mapping[str, Any]:
    content = read_object(body)
    # Pictures in base64 are megabytes without a backslash, which one letter is found faster in.
    if "\\" in body and _ESCAPED_SURROGATE.search(body):
        try:
            _written(content)
        except (ValueError, RecursionError):
            raise InvalidInput("The request body is not valid JSON") from None
    return content


def _written(content: object) -> bytes:
    """Write as UTF-8; raises UnicodeEncodeError over half a surrogate pair."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _text(content: Mapping[str, Any], name: str, where: str = "") -> str | None:
    value = content.get(name)
    if value is not None and not isinstance(value, str):
        raise InvalidInput(f"{where}{name} must be a string")
    return value


def _tasks(content: Mapping[str, Any]) -> tuple[tuple[str, ...], bool]:
    """Return the ids of the tasks, and whether they came as a list."""
    for name in ("task_id", "task"):
        if isinstance(content.get(name), list):
            return _listed(content[name], name), True
        task_id = _text(content, name)
        if task_id:
            return (task_id,), False
    raise InvalidInput("task_id is required")


def _listed(tasks: list[Any], name: str) -> tuple[str, ...]:
    if not 0 < len(tasks) <= MAX_TASKS:
        raise InvalidInput(f"{name} must be an id, or a list of 1 to {MAX_TASKS} ids")
    for position, task_id in enumerate(tasks):
        if not isinstance(task_id, str):
            raise InvalidInput(f"{name}[{position}] must be a string")
    if len(set(tasks)) < len(tasks):
        raise InvalidInput(f"{name} names a task twice; each answers once")
    return tuple(tasks)


def _refuse_what_is_of_one_task(content: Mapping[str, Any]) -> None:
    """Raise InvalidInput for a wish that means nothing, or too much, to several tasks."""
    if _version(content) is not None:
        raise InvalidInput(
            "version cannot be sent with a list of tasks: each answers with its production version"
        )
    if _text(content, "explain_label") is not None:
        raise InvalidInput(
            "explain_label cannot be sent with a list of tasks: a label is one task's; explain "
            "alone explains the best label of each"
        )
    if _flag(content, "store_images"):
        raise InvalidInput(
            "store_images cannot be sent with a list of tasks: a stored picture carries the "
            "proposals of one task"
        )


def _version(content: Mapping[str, Any]) -> int | None:
    value = content.get("version")
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise InvalidInput("version must be an integer")
    return value


def _sticky_id(content: Mapping[str, Any]) -> str:
    value = _text(content, "sticky_id") or ""
    if len(value) > MAX_STICKY_ID:
        raise InvalidInput(f"sticky_id must have at most {MAX_STICKY_ID} characters")
    return value


def _flag(content: Mapping[str, Any], name: str) -> bool:
    value = content.get(name)
    if value is not None and not isinstance(value, bool):
        raise InvalidInput(f"{name} must be true or false")
    return value is True


def _explain_label(content: Mapping[str, Any]) -> str | None:
    label = _text(content, "explain_label")
    if label is not None and content.get("explain") is not True:
        raise InvalidInput("explain_label needs explain to be true")
    return label


def _records(value: object) -> tuple[Record, ...]:
    if value is not None and not isinstance(value, list):
        raise InvalidInput("records must be a list")
    if not value:
        raise InvalidInput("records must hold at least one record")
    if len(value) > MAX_RECORDS:
        raise InvalidInput(f"records must hold at most {MAX_RECORDS} records")
    return tuple(_record(item, f"records[{index}]") for index, item in enumerate(value))


def _record(item: object, where: str) -> Record:
    if not isinstance(item, dict):
        raise InvalidInput(f"{where} must be an object")
    return Record(
        url=_text(item, "_url", f"{where}."),
        base64=_text(item, "_base64", f"{where}."),
        echoed=_echoed(item, where),
    )


def _echoed(item: Mapping[str, Any], where: str) -> Mapping[str, Any]:
    own = {name: value for name, value in item.items() if name not in _NOT_ECHOED}
    if not own:
        return own
    if _is_deeper(own, _MAX_DEPTH):
        raise InvalidInput(f"{where} holds own fields of more than {_MAX_DEPTH} levels")
    if len(_written(own)) > MAX_OWN_BYTES:
        raise InvalidInput(f"{where} holds more than {MAX_OWN_BYTES} bytes of own fields")
    return own


def _is_deeper(value: object, levels: int) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return False
    return levels < 0 or any(_is_deeper(item, levels - 1) for item in value)
