import numpy as np
import pytest
from numpy.typing import NDArray
from oriel_vision.doubts import doubted_classes, doubted_tags, doubted_values
from oriel_vision.training_features import UnusableTrainingSet

COUNT, DIM = 240, 24
MISTAKES = np.arange(5, COUNT, 16)


def seen(answers: NDArray[np.floating], seed: int = 0) -> NDArray[np.float64]:
    """Embeddings of which the first numbers tell the answers, with some noise."""
    noise = np.random.default_rng(seed).normal(0, 0.2, (COUNT, DIM))
    noise[:, : answers.shape[1]] += answers
    return noise


def test_wrong_classes_are_found_with_the_right_one_as_suggestion() -> None:
    truth = np.arange(COUNT) % 4
    embeddings = seen(np.eye(4)[truth] * 2)
    given = truth.copy()
    given[MISTAKES] = (truth[MISTAKES] + 1) % 4
    doubts = doubted_classes(embeddings, given, 4, most=100)
    found = len(MISTAKES)
    assert set(doubts.rows[:found]) == set(MISTAKES)
    assert (doubts.suggested[:found] == truth[doubts.rows[:found]]).all()
    assert (doubts.columns == given[doubts.rows]).all()
    assert (np.diff(doubts.given) >= 0).all()
    assert (doubts.given < doubts.suggested_scores).all()


def test_right_classes_that_are_easy_are_not_doubted() -> None:
    truth = np.arange(COUNT) % 4
    doubts = doubted_classes(seen(np.eye(4)[truth] * 3), truth, 4, most=100)
    assert len(doubts.rows) == 0


def test_no_more_are_kept_than_asked_for() -> None:
    given = np.random.default_rng(1).integers(0, 3, COUNT)
    embeddings = seen(np.zeros((COUNT, 1)))
    everything = doubted_classes(embeddings, given, 3, most=COUNT)
    few = doubted_classes(embeddings, given, 3, most=7)
    assert list(few.rows) == list(everything.rows[:7])


def test_tags_that_are_missing_and_tags_too_many_are_found() -> None:
    truth = np.random.default_rng(2).random((COUNT, 3)) < 0.4
    embeddings = seen(np.where(truth, 2.0, 0.0))
    carried = truth.copy()
    wrong = {(int(row), int(row) % 3) for row in MISTAKES}
    for row, tag in wrong:
        carried[row, tag] = not carried[row, tag]
    doubts = doubted_tags(embeddings, carried, most=200)
    first = list(zip(doubts.rows, doubts.columns, strict=True))[: len(wrong)]
    assert {(int(row), int(tag)) for row, tag in first} == wrong
    for row, tag, given, suggested in zip(
        doubts.rows, doubts.columns, doubts.given, doubts.suggested_scores, strict=True
    ):
        assert given == pytest.approx(suggested if carried[row, tag] else 1 - suggested)
        assert given <= 0.5


def test_values_that_are_far_off_are_found_with_what_they_seem_to_be() -> None:
    truth = np.linspace(1, 4, COUNT)
    embeddings = seen(truth[:, None] ** 2, seed=3)
    values = truth.copy()
    values[MISTAKES] = 5 - truth[MISTAKES] + np.where(truth[MISTAKES] > 2.5, -1.5, 1.5)
    doubts = doubted_values(embeddings, values * 1000, most=100)
    assert set(doubts.rows[:10]) <= set(MISTAKES)
    assert (np.diff(doubts.given) <= 0).all()
    seems = doubts.suggested_scores[:10]
    assert np.abs(seems - 1000 * truth[doubts.rows[:10]]).mean() < 500


@pytest.mark.parametrize("classes", [1, 3])
def test_a_class_without_pictures_is_refused(classes: int) -> None:
    targets = np.zeros(COUNT, np.int64)
    with pytest.raises(UnusableTrainingSet):
        doubted_classes(seen(np.zeros((COUNT, 1))), targets, classes, most=10)


def test_a_tag_that_all_have_is_refused() -> None:
    with pytest.raises(UnusableTrainingSet):
        doubted_tags(seen(np.zeros((COUNT, 1))), np.ones((COUNT, 1), np.bool_), most=10)
