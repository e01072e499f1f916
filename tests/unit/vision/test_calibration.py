import numpy as np
import pytest
from oriel_vision.calibration import COLDEST, fit_odds, fit_temperature
from oriel_vision.sigmoid import sigmoid
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


def drawn_tag(slope: float, shift: float, count: int = 20_000) -> tuple[np.ndarray, np.ndarray]:
    """Scores, and whether a tag was there, drawn with the probability that they stand for."""
    random = np.random.default_rng(0)
    scores = random.normal(0, 1, count)
    return scores, random.uniform(size=count) < sigmoid(slope * scores + shift)


@pytest.mark.parametrize(("slope", "shift"), [(1.0, 0.0), (3.0, -2.0), (0.3, 1.5), (8.0, -6.0)])
def test_the_line_that_made_the_odds_is_found(slope: float, shift: float) -> None:
    found = fit_odds(*drawn_tag(slope, shift))
    assert found == pytest.approx((slope, shift), rel=0.08, abs=0.08)


def test_no_other_line_makes_the_tags_likelier() -> None:
    scores, carried = drawn_tag(2.0, -1.0, count=50)
    yes = carried.sum()
    wanted = np.where(carried, (yes + 1) / (yes + 2), 1 / (50 - yes + 2))

    def surprise(slope: float, shift: float) -> float:
        chances = sigmoid(slope * scores + shift)
        return float(-(wanted * np.log(chances) + (1 - wanted) * np.log(1 - chances)).sum())

    slope, shift = fit_odds(scores, carried)
    least = surprise(slope, shift)
    for aside in (-0.05, 0.05):
        assert surprise(slope + aside, shift) > least
        assert surprise(slope, shift + aside) > least


def test_scores_that_separate_the_tag_end_in_no_certainty() -> None:
    scores = np.array([-1.0, -0.9, 0.9, 1.0])
    slope, shift = fit_odds(scores, scores > 0)
    chances = sigmoid(slope * scores + shift)
    assert chances[2:] == pytest.approx(3 / 4, abs=0.02)
    assert chances[:2] == pytest.approx(1 / 4, abs=0.02)


def test_scores_that_point_the_wrong_way_say_the_tags_share() -> None:
    scores, carried = drawn_tag(-2.0, 0.0)
    slope, shift = fit_odds(scores, carried)
    assert slope == 0
    assert sigmoid(np.array(shift)) == pytest.approx(carried.mean(), abs=1e-3)
