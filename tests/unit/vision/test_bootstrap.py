import numpy as np
import pytest
from oriel_vision.bootstrap import mean_interval, percentile_interval, r2_interval


def test_the_interval_of_a_share_is_about_that_of_a_binomial() -> None:
    scores = (np.arange(400) < 340).astype(float)
    low, high = mean_interval(scores, np.arange(400))
    spread = 1.96 * (0.85 * 0.15 / 400) ** 0.5
    assert (low, high) == pytest.approx((0.85 - spread, 0.85 + spread), abs=0.006)


def test_copies_are_no_further_evidence() -> None:
    scores = (np.arange(100) < 80).astype(float)
    alone = mean_interval(scores, np.arange(100))
    copied = mean_interval(np.repeat(scores, 9), np.repeat(np.arange(100), 9))
    assert copied == pytest.approx(alone)
    naive = mean_interval(np.repeat(scores, 9), np.arange(900))
    assert copied[1] - copied[0] > 2.5 * (naive[1] - naive[0])


def test_the_same_pictures_always_have_the_same_interval() -> None:
    scores = np.random.default_rng(3).uniform(0, 1, 50)
    assert mean_interval(scores, np.arange(50)) == mean_interval(scores, np.arange(50))


def test_the_interval_holds_the_truth_in_about_95_of_100_cases() -> None:
    random = np.random.default_rng(5)
    hits = 0
    for _ in range(150):
        low, high = mean_interval((random.uniform(size=150) < 0.8) * 1.0, np.arange(150), 200)
        hits += low <= 0.8 <= high
    assert 0.9 <= hits / 150 <= 0.99


def test_the_interval_of_r2_encloses_it() -> None:
    random = np.random.default_rng(7)
    actual = 1e6 + random.normal(size=300)
    predicted = actual + 0.5 * random.normal(size=300)
    r2 = 1 - float(((predicted - actual) ** 2).mean() / actual.var())
    low, high = r2_interval(predicted, actual, np.arange(300))
    assert low < r2 < high
    assert high - low < 0.15


def test_draws_without_the_figure_are_left_out() -> None:
    assert percentile_interval(np.array([np.nan, 2.0, 2.0])) == (2.0, 2.0)
    with pytest.raises(ValueError, match="no draw"):
        percentile_interval(np.array([np.nan]))
