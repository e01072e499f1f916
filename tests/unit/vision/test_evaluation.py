import numpy as np
import pytest
from oriel_vision.evaluation import accuracy, confusion, per_label

MATRIX = np.array([[178, 2, 5], [0, 245, 48], [18, 35, 190]])
"""Rows predicted, columns actual."""


def test_pictures_are_counted_by_what_was_predicted_and_what_was_true() -> None:
    cells = [(p, a) for p in range(3) for a in range(3) for _ in range(MATRIX[p, a])]
    predicted, actual = np.array(cells).T
    assert np.array_equal(confusion(predicted, actual, 3), MATRIX)


def test_accuracy_is_the_share_on_the_diagonal() -> None:
    assert accuracy(MATRIX) == 613 / 721


def test_precision_runs_along_rows_and_recall_along_columns() -> None:
    first, second, third = per_label(MATRIX)
    assert (first.precision, first.recall) == (178 / 185, 178 / 196)
    assert (second.precision, second.recall) == (245 / 293, 245 / 282)
    assert (third.precision, third.recall) == (190 / 243, 190 / 243)
    assert [figures.support for figures in (first, second, third)] == [196, 282, 243]


def test_f1_is_the_harmonic_mean_of_precision_and_recall() -> None:
    for figures in per_label(MATRIX):
        mean = 2 / (1 / figures.precision + 1 / figures.recall)
        assert figures.f1 == pytest.approx(mean)


def test_a_label_that_was_never_predicted_and_never_there_has_zeros() -> None:
    figures = per_label(np.diag([3, 0]))[1]
    assert (figures.precision, figures.recall, figures.f1, figures.support) == (0, 0, 0, 0)


def test_labels_without_pictures_still_have_a_row_and_a_column() -> None:
    assert confusion(np.array([0]), np.array([1]), 3).tolist() == [[0, 1, 0], [0, 0, 0], [0, 0, 0]]


def test_the_accuracy_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing was evaluated"):
        accuracy(np.zeros((2, 2), int))
