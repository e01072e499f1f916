"""How a candidate does beside production on pictures whose truth came later.

The test may be looked at after every label and stopped at any time: a mixture sequential
probability ratio test (Robbins 1970; Johari, Pekelis and Walsh 2015, "Always valid inference",
equation 13), here with the variance of both versions together as under the null hypothesis, since
one of two small samples is often all right. Its error is that of a normal approximation: a test
simulates it.
"""

import math
from dataclasses import field
from enum import StrEnum

from oriel.values import dataclass

LEVEL = 0.05
"""The share of trials of equal versions that may ever be called different."""
MIN_COUNT = 20
"""Labels of each version before anything is said: means of fewer are not normal yet."""
EFFECT = 0.1
"""The standard deviation of the differences that the test expects, in scores of 0 to 1."""
_DOUBT = 0.5
"""Squared scores of a picture that nobody saw: what is all right so far has a variance too."""


class TrialVerdict(StrEnum):
    """What the labels so far say of the candidate."""

    COLLECTING = "collecting"
    UNDECIDED = "undecided"
    BETTER = "better"
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class Scores:
    """The number of scores, their sum and that of their squares."""

    count: int = 0
    total: float = 0.0
    squares: float = 0.0

    @property
    def mean(self) -> float | None:
        """The mean score, None before the first."""
        return self.total / self.count if self.count else None


@dataclass(frozen=True, slots=True)
class Tally:
    """The scores of both versions, and candidate less production where both answered a picture."""

    candidate: Scores = field(default_factory=Scores)
    production: Scores = field(default_factory=Scores)
    pairs: Scores = field(default_factory=Scores)


@dataclass(frozen=True, slots=True)
class Finding:
    """`difference` is the candidate's mean score less that of production, None before labels.

    `interval` holds it with 95 % however often one looks. `p_value` is always valid likewise.
    """

    verdict: TrialVerdict
    difference: float | None = None
    interval: tuple[float, float] | None = None
    p_value: float | None = None


def judge_trial(tally: Tally, *, paired: bool) -> Finding:
    """Hold both versions' scores against each other; `paired` where both answered all pictures."""
    difference, variance, count = _paired(tally) if paired else _apart(tally)
    if count < MIN_COUNT or difference is None:
        return Finding(TrialVerdict.COLLECTING, difference)
    mixed = EFFECT**2
    shrink = variance / (variance + mixed)
    log_ratio = 0.5 * math.log(shrink) + difference**2 * (1 - shrink) / (2 * variance)
    half = math.sqrt((2 * math.log(1 / LEVEL) - math.log(shrink)) * variance / (1 - shrink))
    interval = (difference - half, difference + half)
    return Finding(
        _verdict(difference, log_ratio), difference, interval, min(1.0, math.exp(-log_ratio))
    )


def _verdict(difference: float, log_ratio: float) -> TrialVerdict:
    if log_ratio < math.log(1 / LEVEL):
        return TrialVerdict.UNDECIDED
    return TrialVerdict.BETTER if difference > 0 else TrialVerdict.WORSE


def _apart(tally: Tally) -> tuple[float | None, float, int]:
    """Return difference, its variance and the smaller count of two groups of pictures."""
    ours, theirs = tally.candidate, tally.production
    if ours.mean is None or theirs.mean is None:
        return None, 0.0, 0
    count = ours.count + theirs.count
    mean = (ours.total + theirs.total) / count
    spread = max(0.0, ours.squares + theirs.squares - count * mean**2)
    variance = (spread + _DOUBT) / (count + 2) * (1 / ours.count + 1 / theirs.count)
    return ours.mean - theirs.mean, variance, min(ours.count, theirs.count)


def _paired(tally: Tally) -> tuple[float | None, float, int]:
    pairs = tally.pairs
    if pairs.mean is None:
        return None, 0.0, 0
    return pairs.mean, (pairs.squares + _DOUBT) / (pairs.count + 2) / pairs.count, pairs.count
