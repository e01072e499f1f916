import numpy as np
import pytest
from oriel_vision.reliability import expected_calibration_error, reliability


def test_answers_fall_into_bins_of_equal_width() -> None:
    bins = reliability(np.array([0.0, 0.1, 0.5, 0.99, 1.0]), np.array([0, 1, 1, 1, 0]) > 0, 2)
    assert [(one.low, one.high, one.count) for one in bins] == [(0.0, 0.5, 2), (0.5, 1.0, 3)]
    assert bins[0].confidence == pytest.approx(0.05)
    assert bins[0].share == 0.5
    assert bins[1].share == pytest.approx(2 / 3)


def test_the_error_is_the_mean_distance_of_promise_and_truth() -> None:
    # 0.9 promised and 0.5 kept by two answers, 0.6 promised and 1 kept by one.
    bins = reliability(np.array([0.9, 0.9, 0.6]), np.array([True, False, True]))
    assert expected_calibration_error(bins) == pytest.approx((2 * 0.4 + 0.4) / 3)


def test_promises_that_are_kept_have_no_error() -> None:
    random = np.random.default_rng(1)
    confidences = random.uniform(0, 1, 200_000)
    right = random.uniform(0, 1, 200_000) < confidences
    assert expected_calibration_error(reliability(confidences, right)) < 0.005


def test_empty_bins_say_so_and_weigh_nothing() -> None:
    bins = reliability(np.array([0.99]), np.array([True]))
    assert len(bins) == 15
    assert [one.count for one in bins] == [0] * 14 + [1]
    assert expected_calibration_error(bins) == pytest.approx(0.01)


def test_the_calibration_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing was evaluated"):
        expected_calibration_error(reliability(np.zeros(0), np.zeros(0, bool)))
