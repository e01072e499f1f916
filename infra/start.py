"""How a function's processes come to be; docs/operations.md has the prices."""

from dataclasses import dataclass

ON_DEMAND, SNAP_START = "on-demand", "snap-start"


@dataclass(frozen=True, slots=True)
class Start:
    """On demand, which costs nothing while nothing happens, or in one of two ways that do not.

    With `snap_start` Lambda keeps the memory of a process that has started, and every other begins
    there. `kept` is how many started processes Lambda keeps (provisioned concurrency).
    """

    snap_start: bool = False
    kept: int = 0

    @classmethod
    def parse(cls, text: str) -> "Start":
        """Read `on-demand`, `snap-start` or the number to keep; raises ValueError."""
        if text in {ON_DEMAND, SNAP_START}:
            return cls(snap_start=text == SNAP_START)
        if not text.isdecimal() or int(text) < 1:
            raise ValueError(f"use {ON_DEMAND}, {SNAP_START} or how many processes to keep started")
        return cls(kept=int(text))

    @property
    def is_on_demand(self) -> bool:
        """Whether processes start when they are needed, and not before."""
        return self == Start()
