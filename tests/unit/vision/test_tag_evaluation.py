import numpy as np
import pytest
from oriel_vision.tag_evaluation import average_precision, measure_tags

SCORES = np.array([[2.0, -1.0], [0.0, 3.0], [-0.5, 1.0], [-2.0, -3.0]])
CARRIED = np.array([[True, False], [False, True], [True, False], [False, False]])
"""Tag 0: one hit, one false alarm, one miss. Tag 1: one hit, one false alarm."""


def test_every_decision_counts_for_its_tag() -> None:
    first, second = measure_tags(SCORES, CARRIED).per_tag
    assert (first.precision, first.recall, first.f1, first.support) == (0.5, 0.5, 0.5, 2)
    assert (second.precision, second.recall, second.support) == (0.5, 1.0, 1)
    assert second.f1 == pytest.approx(2 / 3)


def test_right_decisions_and_pictures_without_a_mistake_are_shares_of_all() -> None:
    figures = measure_tags(SCORES, CARRIED)
    assert figures.right == 5 / 8
    assert figures.exact == 2 / 4
    assert figures.micro_f1 == pytest.approx(2 * 2 / (4 + 3))


def test_average_precision_of_a_known_ranking() -> None:
    # Ranks of the pictures that carry it: 1, 3 and 4, at precisions of 1, 2/3 and 3/4.
    carried = np.array([True, False, True, True, False])
    scores = np.array([5.0, 4.0, 3.0, 2.0, 1.0])
    assert average_precision(scores, carried) == pytest.approx((1 + 2 / 3 + 3 / 4) / 3)


def test_average_precision_does_not_depend_on_the_order_of_equal_scores() -> None:
    scores = np.array([1.0, 1.0, 0.0, 0.0])
    found = {
        average_precision(scores, np.array(carried))
        for carried in ([True, False, False, True], [False, True, True, False])
    }
    assert found == {(1 / 2 + 2 / 4) / 2}


def test_a_perfect_ranking_has_an_average_precision_of_one() -> None:
    assert average_precision(np.array([3.0, 2.0, 1.0]), np.array([True, True, False])) == 1.0


def test_scores_that_say_nothing_are_worth_the_tags_share() -> None:
    assert average_precision(np.zeros(8), np.arange(8) < 2) == 0.25


def test_a_tag_that_nothing_carries_has_no_average_precision() -> None:
    figures = measure_tags(SCORES, np.zeros_like(CARRIED))
    assert figures.precisions == (None, None)
    assert figures.per_tag[0].support == 0
    assert figures.micro_f1 == 0


def test_the_figures_of_nothing_are_an_error() -> None:
    with pytest.raises(ValueError, match="nothing was evaluated"):
        measure_tags(np.zeros((0, 2)), np.zeros((0, 2), bool))
