"""Amounts of money for people; nothing is rounded."""

from collections.abc import Iterable

MICROS = 1_000_000
_LEAST_PLACES = 2


def money(micros: int, places: int = _LEAST_PLACES) -> str:
    """Write millionths of a currency: `-1,234.50`, with as many places as it has or more."""
    whole, rest = divmod(abs(micros), MICROS)
    return f"{'-' if micros < 0 else ''}{whole:,}.{_places(rest).ljust(places, '0')}"


def places_of(amounts: Iterable[int]) -> int:
    """Return how many places the amounts of a column need, so that their points align."""
    return max((len(_places(abs(micros) % MICROS)) for micros in amounts), default=_LEAST_PLACES)


def _places(rest: int) -> str:
    return f"{rest:06d}".rstrip("0").ljust(_LEAST_PLACES, "0")
