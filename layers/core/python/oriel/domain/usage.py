"""What is billed: one fact for each answered record and task, and nothing else."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from oriel.domain.clock import to_iso
from oriel.domain.errors import InvalidInput
from oriel.values import dataclass

CREDITS_PER_RECORD = 1

MAX_KEY_CHARACTERS = 255
_CALLER_KEY = re.compile(rf"[!-~]{{1,{MAX_KEY_CHARACTERS}}}")
_CALLERS, _INVOCATIONS = "key.", "req."


class RequestKey(str):
    """The caller's `Idempotency-Key`, or where none was sent the id of the invocation.

    Unique in a workspace. The two carry different prefixes: a caller cannot choose what will be
    another request's key. Raises ValueError for any other text, so that whoever has one has a key.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Take a key as it is written."""
        own = text.startswith(_INVOCATIONS) and text != _INVOCATIONS
        chosen = text.startswith(_CALLERS) and _CALLER_KEY.fullmatch(text, len(_CALLERS))
        if not own and not chosen:
            raise ValueError("a request key is `key.` or `req.` and what follows that")
        return str.__new__(cls, text)


@dataclass(frozen=True, slots=True)
class UsageFact:
    """One answered record of one task.

    (workspace, request key, record index, task index) identifies it. The task index is the place in
    the list where a request asked several tasks, else 0. `token_id` is the token that was used, and
    `price_version` the price list of the moment; both are empty where that was not yet recorded.
    """

    workspace_id: str
    request_key: RequestKey
    record_index: int
    task_id: str
    model_version: int
    units: int
    occurred: datetime
    task_index: int = 0
    token_id: str = ""
    price_version: str = ""

    def __post_init__(self) -> None:
        """Refuse what nothing would keep from being billed twice; raises TypeError."""
        if not isinstance(self.request_key, RequestKey):
            raise TypeError("a usage fact needs the key of its request")

    @property
    def id(self) -> str:
        """Its name within the workspace, as receipts, ledger and downloads have it."""
        return f"{self.request_key}/{self.record_index}/{self.task_index}"

    @property
    def place(self) -> str:
        """Where it lies among its workspace's facts: in the order of time, and no two in one."""
        return f"{to_iso(self.occurred)}#{self.id}"

    @property
    def identity(self) -> tuple[str, RequestKey, int, int]:
        """What no other fact has."""
        return self.workspace_id, self.request_key, self.record_index, self.task_index


@dataclass(frozen=True, slots=True)
class StoredReply:
    """The answer that was given to a request key, kept so that a retry gets the same one free.

    `reply` is None and `body_hash` empty where the caller sent no `Idempotency-Key`, so that no
    retry can ask for it. `kept_at` is where it lies where it is too large to lie beside the facts;
    `reply` is None then as well.
    """

    body_hash: str
    reply: Mapping[str, Any] | None
    kept_at: str = ""

    @property
    def is_kept(self) -> bool:
        """Whether a retry may ask for it."""
        return bool(self.body_hash)


@dataclass(frozen=True, slots=True)
class UsageTotal:
    """Units of one day (UTC, `2026-11-21`), task, model version and token; derived.

    `token_id` is empty for what was used before facts said it.
    """

    day: str
    task_id: str
    model_version: int
    units: int
    token_id: str = ""

    @property
    def group(self) -> tuple[str, str, int, str]:
        """What no other total of the workspace has."""
        return self.day, self.task_id, self.model_version, self.token_id


def hash_body(body: bytes) -> str:
    """Return the SHA-256 of a request's body in hexadecimal."""
    return hashlib.sha256(body).hexdigest()


def caller_key(header: str) -> RequestKey:
    """Take the caller's `Idempotency-Key`: 1 to 255 printable ASCII characters without blanks."""
    if _CALLER_KEY.fullmatch(header) is None:
        raise InvalidInput(
            "Idempotency-Key must be 1 to 255 printable ASCII characters without blanks"
        )
    return RequestKey(_CALLERS + header)


def invocation_key(invocation_id: str) -> RequestKey:
    """Use the id that Lambda gave the invocation.

    Not the gateway's request id: a caller can set that one (`x-amzn-RequestId`).
    """
    return RequestKey(_INVOCATIONS + invocation_id)
