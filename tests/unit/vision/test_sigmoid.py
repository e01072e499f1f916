import numpy as np
import pytest
from oriel_vision.sigmoid import sigmoid


def test_a_logit_is_the_logarithm_of_the_odds() -> None:
    assert sigmoid(np.log(np.array([1.0, 3.0, 1 / 3]))) == pytest.approx(
        np.array([0.5, 0.75, 0.25])
    )


def test_a_higher_temperature_is_less_certain() -> None:
    assert sigmoid(np.array([np.log(9.0)]), 2.0) == pytest.approx(np.array([0.75]))


def test_enormous_logits_do_not_overflow() -> None:
    assert sigmoid(np.array([1e38, -1e38], np.float32), 0.01).tolist() == [1.0, 0.0]
