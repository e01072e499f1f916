"""What is found out of one server under one number of callers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class PeerResult:
    """How one server did while so many callers each sent one picture after the other.

    `pictures_per_second_per_core` are pictures for each second that a core was busy with the
    server: all its processes' CPU time counts, the callers' does not. `p50_ms` and `p99_ms` are
    what callers waited for an answer.
    """

    name: str
    version: str
    callers: int
    pictures_per_second_per_core: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class Load:
    """Seconds that each answered picture took its caller, and CPU seconds the server took."""

    waits: Sequence[float]
    cpu_seconds: float


def result_of(name: str, version: str, callers: int, load: Load) -> PeerResult:
    """Sum up; raises ValueError where nothing was answered or no CPU time was seen."""
    if not load.waits or load.cpu_seconds <= 0:
        raise ValueError(
            f"{name} answered {len(load.waits)} pictures in {load.cpu_seconds} CPU seconds"
        )
    p50, p99 = np.percentile(np.asarray(load.waits) * 1000, [50, 99]).tolist()
    return PeerResult(name, version, callers, len(load.waits) / load.cpu_seconds, p50, p99)
