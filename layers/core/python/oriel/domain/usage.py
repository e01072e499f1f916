"""What is billed: one fact for each answered record, and nothing else."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NewType

RequestKey = NewType("RequestKey", str)
"""The caller's `Idempotency-Key`, or the request id where none was sent; unique in a workspace."""

CREDITS_PER_RECORD = 1


@dataclass(frozen=True, slots=True)
class UsageFact:
    """One answered record of one task. (workspace, request key, record index) identifies it."""

    workspace_id: str
    request_key: RequestKey
    record_index: int
    task_id: str
    model_version: int
    units: int
    occurred: datetime


@dataclass(frozen=True, slots=True)
class StoredReply:
    """The answer that was given to a request key, kept so that a retry gets the same one free."""

    body_hash: str
    reply: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class UsageTotal:
    """Units of one day (UTC, `2026-11-21`), task and model version; derived, can be rebuilt."""

    day: str
    task_id: str
    model_version: int
    units: int


def hash_body(body: bytes) -> str:
    """Return the SHA-256 of a request's body in hexadecimal."""
    return hashlib.sha256(body).hexdigest()
