import numpy as np
import pytest
from oriel_vision.value_evaluation import measure_values


def test_errors_are_in_the_units_of_the_values() -> None:
    figures = measure_values(np.array([1.0, 4.0, 7.0]), np.array([1.0, 2.0, 3.0]))
    assert figures.mae == 2.0
    assert figures.rmse == pytest.approx((20 / 3) ** 0.5)
    assert figures.r2 == pytest.approx(1 - 20 / 2)


def test_always_answering_the_mean_explains_nothing() -> None:
    assert measure_values(np.full(4, 2.5), np.array([1.0, 2.0, 3.0, 4.0])).r2 == 0


def test_right_answers_explain_everything() -> None:
    values = np.array([1e30, -1e30, 3.0])
    assert measure_values(values, values).r2 == 1


@pytest.mark.parametrize("actual", [[4.0], [0.1, 0.1, 0.1], [0.0, 0.0]])
def test_values_that_do_not_vary_have_no_variance_to_explain(actual: list[float]) -> None:
    figures = measure_values(np.array(actual) + 1, np.array(actual))
    assert figures.r2 is None
    assert figures.mae == pytest.approx(1)


def test_the_figures_of_nothing_are_an_error() -> None:
    with pytest.raises(ValueError, match="nothing was evaluated"):
        measure_values(np.zeros(0), np.zeros(0))
