import numpy as np
import pytest
from oriel_vision.calibration import COLDEST, fit_temperature
from oriel_vision.softmax import softmax


def drawn(temperature: float, count: int = 20_000) -> tuple[np.ndarray, np.ndarray]:
    """Logits, and classes that were drawn with the probabilities they stand for."""
    random = np.random.default_rng(0)
    logits = random.normal(0, 1, (count, 4))
    rising = softmax(logits, temperature).cumsum(axis=1)
    return logits, (random.uniform(size=(count, 1)) > rising).sum(axis=1)


@pytest.mark.parametrize("temperature", [0.2, 1.0, 3.0])
def test_the_temperature_that_made_the_classes_is_found(temperature: float) -> None:
    logits, targets = drawn(temperature)
    assert fit_temperature(logits, targets) == pytest.approx(temperature, rel=0.05)


def test_the_temperature_follows_the_scale_of_the_logits() -> None:
    logits, targets = drawn(1.0)
    once = fit_temperature(logits, targets)
    assert fit_temperature(logits / 2, targets) == pytest.approx(once / 2, rel=1e-4)


def test_a_few_right_answers_are_no_certainty() -> None:
    targets = np.array([0, 1, 0, 1])
    logits = np.eye(2)[targets] * 2 - 1
    temperature = fit_temperature(logits, targets)
    assert temperature > 2 * COLDEST
    assert softmax(logits, temperature).max() == pytest.approx(5 / 6, abs=1e-3)


def test_probabilities_add_up_to_one_and_follow_the_logits() -> None:
    probabilities = softmax(np.array([[0.0, np.log(3.0)], [5.0, 5.0]]))
    assert probabilities == pytest.approx(np.array([[0.25, 0.75], [0.5, 0.5]]))


def test_a_lower_temperature_is_more_certain() -> None:
    logits = np.array([[0.0, np.log(3.0)]])
    assert softmax(logits, 0.5) == pytest.approx(np.array([[0.1, 0.9]]))


def test_enormous_logits_do_not_overflow() -> None:
    assert softmax(np.array([[1e4, -1e4]], np.float32), 0.01).tolist() == [[1.0, 0.0]]
