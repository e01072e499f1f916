"""What is found out of one server under one number of callers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np


@dataclass(frozen=True, slots=True)
class PeerResult:
    """How one server did while so many callers each sent one picture after the other.

    `pictures_per_second_per_core` are pictures for each second that a core was busy with the
    server's own processes: what its user pays for. `pictures_per_second_per_core_with_gateway`
    counts what stands in for AWS's gateway too; without such a part both are the same. The callers'
    CPU time counts in neither. `p50_ms` and `p99_ms` are what callers waited for an answer.
    """

    name: str
    version: str
    callers: int
    pictures_per_second_per_core: float
    pictures_per_second_per_core_with_gateway: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class Load:
    """Seconds that each answered picture took its caller, and CPU seconds the server took.

    `cpu_seconds` are all of the server's, `gateway_cpu_seconds` those of its stand-in for AWS's
    gateway among them.
    """

    waits: Sequence[float]
    cpu_seconds: float
    gateway_cpu_seconds: float = 0.0

    @classmethod
    def none(cls) -> Self:
        """Return what it is before anything was asked."""
        return cls((), 0.0)

    def __add__(self, more: "Load") -> "Load":
        """Return both together."""
        return Load(
            (*self.waits, *more.waits),
            self.cpu_seconds + more.cpu_seconds,
            self.gateway_cpu_seconds + more.gateway_cpu_seconds,
        )


def result_of(name: str, version: str, callers: int, load: Load) -> PeerResult:
    """Sum up; raises ValueError where nothing was answered or no CPU time was seen."""
    pictures, own_seconds = len(load.waits), load.cpu_seconds - load.gateway_cpu_seconds
    if not pictures or own_seconds <= 0:
        raise ValueError(f"{name} answered {pictures} pictures in {own_seconds} CPU seconds")
    p50, p99 = np.percentile(np.asarray(load.waits) * 1000, [50, 99]).tolist()
    return PeerResult(
        name,
        version,
        callers,
        pictures_per_second_per_core=pictures / own_seconds,
        pictures_per_second_per_core_with_gateway=pictures / load.cpu_seconds,
        p50_ms=p50,
        p99_ms=p99,
    )
