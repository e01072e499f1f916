"""Whether one model does better than another on the same test pictures, or only seems to."""

import math
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import StrEnum
from itertools import product
from statistics import NormalDist

from oriel.values import dataclass

LEVEL = 0.05
"""The share of equal models that may be called different: two-sided, as is the interval."""
FLIPS = 4_999
"""Random flips of signs; p is known to within 0.003 around 0.05 then."""
SEED = 20_080_401
_EXACT = 12  # up to so many differences all 4,096 flips are tried
_BITS = 8  # differences that share a table of all their flips


class Verdict(StrEnum):
    """What the test allows to be said of the first model."""

    BETTER = "better"
    WORSE = "worse"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`difference` is the mean score of the first model less that of the second.

    `interval` holds it with 95 %, and is None where a single picture or group tells nothing of the
    spread. `gains` and `losses` count the pictures where the first did better, or worse.
    """

    count: int
    difference: float
    interval: tuple[float, float] | None
    p_value: float
    verdict: Verdict
    gains: int
    losses: int
    test: str


def compare(
    ours: Mapping[str, float],
    theirs: Mapping[str, float],
    *,
    binary: bool,
    groups: Mapping[str, str] | None = None,
) -> Comparison:
    """Compare the scores of two models, higher being better, of the same test pictures.

    `binary` scores are 1 or 0 (right or wrong) and take McNemar's exact test; all others one that
    flips the signs of paired differences at random, always in the same way. `groups` names the
    group of near-duplicates of each picture: where any holds several, the groups' sums are what is
    flipped, since copies of a picture are no evidence of their own.

    Raises:
        ValueError: The pictures differ, or there are none.
    """
    if not ours or ours.keys() != theirs.keys():
        raise ValueError("models are compared on the same test pictures, and on one at least")
    pictures = sorted(ours)
    differences = [ours[picture] - theirs[picture] for picture in pictures]
    names = [groups[picture] for picture in pictures] if groups else pictures
    gains = sum(difference > 0 for difference in differences)
    losses = sum(difference < 0 for difference in differences)
    if binary and len(set(names)) == len(names):
        test, p_value = "mcnemar_exact", mcnemar(gains, losses)
        interval: tuple[float, float] | None = _bonett_price(gains, losses, len(names))
    else:
        sums = _sums(names, differences)
        test, p_value = "sign_flip", sign_flip([total for total, _ in sums])
        interval = _clustered(sums)
    mean = math.fsum(differences) / len(differences)
    verdict = _verdict(mean, p_value)
    return Comparison(len(names), mean, interval, p_value, verdict, gains, losses, test)


def mcnemar(gains: int, losses: int) -> float:
    """Return the exact two-sided p of so uneven a split of the pictures that models differ on."""
    differing = gains + losses
    ways, tail = 1, 1
    for drawn in range(min(gains, losses)):
        ways = ways * (differing - drawn) // (drawn + 1)
        tail += ways
    return min(1.0, 2 * tail / (1 << differing))


def sign_flip(differences: Sequence[float]) -> float:
    """Return the two-sided p of a sum of differences whose signs might as well be the others."""
    sizes = [abs(difference) for difference in differences if difference]
    # Sums in another order differ in their last digits.
    least = abs(math.fsum(differences)) - 1e-9 * math.fsum(sizes)
    blocks = [sizes[start : start + _BITS] for start in range(0, len(sizes), _BITS)]
    tables = [_all_flips(block) for block in blocks]
    if len(sizes) <= _EXACT:
        sums = [sum(flips) for flips in product(*tables)]
        return sum(abs(total) >= least for total in sums) / len(sums)
    generator = random.Random(SEED)  # noqa: S311 - a test, no secret
    # The rest of a division by a table's length is as even as the byte: the length divides 256.
    drawn = (
        sum(table[byte % len(table)] for table, byte in zip(tables, row, strict=True))
        for row in (generator.randbytes(len(tables)) for _ in range(FLIPS))
    )
    return (1 + sum(abs(total) >= least for total in drawn)) / (1 + FLIPS)


def _all_flips(sizes: Sequence[float]) -> list[float]:
    sums = [0.0]
    for size in sizes:
        sums = [total + signed for signed in (size, -size) for total in sums]
    return sums


def _sums(names: Sequence[str], differences: Sequence[float]) -> list[tuple[float, int]]:
    """Return the sum and the number of the differences of each group."""
    members: dict[str, list[float]] = defaultdict(list)
    for name, difference in zip(names, differences, strict=True):
        members[name].append(difference)
    return [(math.fsum(of_group), len(of_group)) for of_group in members.values()]


def _bonett_price(gains: int, losses: int, count: int) -> tuple[float, float]:
    """Return the adjusted Wald interval of a paired difference (Bonett and Price 2012)."""
    up, down = (gains + 1) / (count + 2), (losses + 1) / (count + 2)
    half = _quantile() * math.sqrt((up + down - (up - down) ** 2) / (count + 2))
    return max(-1.0, up - down - half), min(1.0, up - down + half)


def _clustered(sums: Sequence[tuple[float, int]]) -> tuple[float, float] | None:
    """Return the t interval of a mean over groups that are independent of each other."""
    groups, count = len(sums), sum(size for _, size in sums)
    if groups == 1:
        return None
    mean = math.fsum(total for total, _ in sums) / count
    squares = math.fsum((total - size * mean) ** 2 for total, size in sums)
    half = _student(groups - 1) * math.sqrt(squares * groups / (groups - 1)) / count
    return mean - half, mean + half


def _quantile() -> float:
    return NormalDist().inv_cdf(1 - LEVEL / 2)


def _student(freedom: int) -> float:
    """Return the quantile of Student's t (exact for 1 and 2, else Abramowitz, Stegun 26.7.5)."""
    if freedom == 1:
        return math.tan(math.pi * (1 - LEVEL) / 2)
    if freedom == 2:  # noqa: PLR2004
        return (1 - LEVEL) * math.sqrt(2 / (LEVEL * (2 - LEVEL)))
    z = _quantile()
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / math.pow(freedom, power) for power, term in enumerate(terms, 1))


def _verdict(difference: float, p_value: float) -> Verdict:
    if p_value >= LEVEL or difference == 0:
        return Verdict.UNDECIDED
    return Verdict.BETTER if difference > 0 else Verdict.WORSE
