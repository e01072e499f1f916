"""How figures read on a card."""

from collections.abc import Sequence
from typing import Any

NOT_KNOWN = "not known"


def share(value: Any) -> str:
    """Write a share, such as 0.8502."""
    return NOT_KNOWN if value is None else f"{float(value):.4f}"


def number(value: Any) -> str:
    """Write a number of any size with four digits that count."""
    return NOT_KNOWN if value is None else f"{float(value):,.4g}"


def between(value: Any, interval: Sequence[float] | None) -> str:
    """Write a share with the interval that holds it with 95 %."""
    if not interval:
        return share(value)
    low, high = interval
    return f"{share(value)} (95 % interval {share(low)} to {share(high)})"


def pictures(count: int) -> str:
    """Write a number of pictures."""
    return "1 picture" if count == 1 else f"{count:,} pictures"
