"""Trials of a candidate version on a task's own traffic: which version answers which request."""

import hashlib
from datetime import datetime
from enum import StrEnum

from oriel.values import dataclass

MAX_STICKY_ID = 255
_FRACTIONS = 1 << 64


class TrafficMode(StrEnum):
    """Whether a candidate answers its share of requests, or runs beside production unseen."""

    SPLIT = "split"
    SHADOW = "shadow"


@dataclass(frozen=True, slots=True)
class Traffic:
    """A trial of `candidate_version` beside the version that was in production when it began.

    `share` in (0, 1] is the part of requests that reaches the candidate. `error_scale` is what the
    errors of a regression are counted in, in the label's units. `ended` and `reason` say when and
    why it ended.
    """

    trial_id: str
    mode: TrafficMode
    candidate_version: int
    production_version: int
    share: float
    started: datetime
    error_scale: float = 1.0
    ended: datetime | None = None
    reason: str | None = None

    def runs_beside(self, production_version: int) -> bool:
        """Tell whether it is under way: another production version ends it."""
        return self.ended is None and self.production_version == production_version

    def reaches_candidate(self, task_id: str, sticky_id: str) -> bool:
        """Tell whether the candidate's share holds this id.

        It does so for as long as candidate and task are the same, and goes on to when the share
        grows.
        """
        named = f"{task_id}\n{self.candidate_version}\n{sticky_id}".encode()
        drawn = int.from_bytes(hashlib.sha256(named).digest()[:8])
        return drawn < self.share * _FRACTIONS
