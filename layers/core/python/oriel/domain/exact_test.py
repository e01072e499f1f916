"""Whether a part is worse than the rest by more than chance."""

import math
from collections.abc import Sequence


def fisher(bad: int, drawn: int, bad_of_all: int, of_all: int) -> float:
    """Return how likely at least `bad` of `drawn` are bad if drawn at random from all.

    One side of Fisher's exact test: the upper tail of the hypergeometric distribution.
    """
    last = min(drawn, bad_of_all)
    if bad <= max(0, drawn + bad_of_all - of_all):
        return 1.0
    logarithm = (
        _log_choose(bad_of_all, bad)
        + _log_choose(of_all - bad_of_all, drawn - bad)
        - _log_choose(of_all, drawn)
    )
    term = ratio = 1.0
    for found in range(bad, last):
        ratio *= (bad_of_all - found) * (drawn - found)
        ratio /= (found + 1) * (of_all - bad_of_all - drawn + found + 1)
        term += ratio
    return min(1.0, term * math.exp(logarithm))


def _log_choose(of_all: int, chosen: int) -> float:
    rest = of_all - chosen
    return math.lgamma(of_all + 1) - math.lgamma(chosen + 1) - math.lgamma(rest + 1)


def corrected(p_values: Sequence[float]) -> list[float]:
    """Correct p-values for their number (Holm, Scand. J. Statist. 6, 1979)."""
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    found, least = [1.0] * len(p_values), 0.0
    for rank, place in enumerate(order):
        least = max(least, min(1.0, (len(p_values) - rank) * p_values[place]))
        found[place] = least
    return found
