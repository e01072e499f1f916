"""How figures read on a card."""

from collections.abc import Callable, Sequence
from typing import Any

NOT_KNOWN = "not known"


def share(value: Any) -> str:
    """Write a share, such as 0.8502."""
    return NOT_KNOWN if value is None else f"{float(value):.4f}"


def number(value: Any) -> str:
    """Write a number of any size with four digits that count."""
    return NOT_KNOWN if value is None else f"{float(value):,.4g}"


def between(
    value: Any, interval: Sequence[float] | None, write: Callable[[Any], str] = share
) -> str:
    """Write a figure with the interval that holds it with 95 %."""
    if not interval:
        return write(value)
    low, high = interval
    return f"{write(value)} (95 % interval {write(low)} to {write(high)})"


def pictures(count: int) -> str:
    """Write a number of pictures."""
    return "1 picture" if count == 1 else f"{count:,} pictures"
