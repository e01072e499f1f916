import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oriel_vision.ridge import BLOCK, NothingToLearn, RidgePath


def by_hand(
    features: np.ndarray, targets: np.ndarray, weights: np.ndarray, penalty: float
) -> np.ndarray:
    """Solve the weighted normal equations with an unpenalised column of ones: [d + 1, k]."""
    wide = np.hstack([features, np.ones((len(features), 1))])
    penalties = penalty * np.eye(wide.shape[1])
    penalties[-1, -1] = 0
    weighted = wide * weights[:, None]
    return np.linalg.solve(wide.T @ weighted + penalties, weighted.T @ targets)


def problem(samples: int, dims: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    features = random.normal(3, 2, (samples, dims))
    targets = random.normal(size=(samples, 3))
    weights = random.uniform(0.5, 2, samples)
    return features, targets, weights * samples / weights.sum()


SHAPES = [(30, 5), (8, 20), (10, 10), (2, 3)]


@pytest.mark.parametrize(("samples", "dims"), SHAPES)
def test_the_solution_is_that_of_the_normal_equations(samples: int, dims: int) -> None:
    features, targets, weights = problem(samples, dims)
    solved = RidgePath.decompose(features, targets, weights).solve(0.7)
    assert np.allclose(solved, by_hand(features, targets, weights, 0.7))


@pytest.mark.parametrize(("samples", "dims"), SHAPES)
@pytest.mark.parametrize("penalty", [0.01, 1.0, 100.0])
def test_leaving_out_equals_solving_again_without(samples: int, dims: int, penalty: float) -> None:
    features, targets, weights = problem(samples, dims)
    again = []
    for left_out in range(samples):
        kept = np.arange(samples) != left_out
        solved = by_hand(features[kept], targets[kept], weights[kept], penalty)
        again.append(np.append(features[left_out], 1) @ solved)
    path = RidgePath.decompose(features, targets, weights)
    assert np.allclose(path.leave_one_out(penalty), again)


def test_the_scale_of_the_weights_does_not_matter() -> None:
    features, targets, weights = problem(12, 4)
    once = RidgePath.decompose(features, targets, weights).solve(1.0)
    assert np.allclose(RidgePath.decompose(features, targets, 9 * weights).solve(1.0), once)


def test_constant_features_get_no_weight() -> None:
    features, targets, weights = problem(20, 4)
    features[:, 2] = 5
    solved = RidgePath.decompose(features, targets, weights).solve(1.0)
    assert np.allclose(solved[2], 0)
    assert np.isfinite(solved).all()


def test_equal_samples_leave_nothing_to_learn() -> None:
    with pytest.raises(NothingToLearn):
        RidgePath.decompose(np.full((5, 3), 0.3), np.eye(5), np.ones(5))


@settings(max_examples=30)
@given(samples=st.integers(2, 12), dims=st.integers(1, 12), copies=st.integers(1, 3))
def test_copied_samples_and_features_stay_finite(samples: int, dims: int, copies: int) -> None:
    features, targets, weights = problem(samples, dims)
    path = RidgePath.decompose(
        np.tile(features, (copies, copies)), np.tile(targets, (copies, 1)), np.tile(weights, copies)
    )
    assert np.isfinite(path.leave_one_out(1e-6)).all()
    assert np.isfinite(path.solve(1e-6)).all()


def test_samples_of_many_blocks_are_solved_as_one() -> None:
    features, targets, weights = problem(2 * BLOCK + 7, 4)
    path = RidgePath.decompose(features, targets, weights)
    assert np.allclose(path.solve(3.0), by_hand(features, targets, weights, 3.0))
    for left_out in (0, BLOCK - 1, BLOCK, 2 * BLOCK + 6):
        kept = np.arange(len(weights)) != left_out
        solved = by_hand(features[kept], targets[kept], weights[kept], 3.0)
        again = np.append(features[left_out], 1) @ solved
        assert np.allclose(path.leave_one_out(3.0, np.array([left_out])), again)


def test_errors_are_those_of_leaving_out() -> None:
    features, targets, weights = problem(40, 6)
    path = RidgePath.decompose(features, targets, weights)
    expected = [
        (weights[:, None] * (path.leave_one_out(penalty) - targets) ** 2).sum(axis=0)
        for penalty in path.penalties
    ]
    assert np.allclose(path.errors(), expected)


def test_each_target_may_have_a_penalty_of_its_own() -> None:
    features, targets, weights = problem(25, 6)
    path = RidgePath.decompose(features, targets, weights)
    together = path.leave_one_out(np.array([0.1, 5.0, 0.1]))
    assert np.allclose(together[:, 1], path.leave_one_out(5.0)[:, 1])
    assert np.allclose(together[:, [0, 2]], path.leave_one_out(0.1)[:, [0, 2]])


def test_some_rows_are_those_of_all() -> None:
    features, targets, weights = problem(BLOCK + 30, 3)
    path = RidgePath.decompose(features, targets, weights)
    rows = np.array([2, 9, BLOCK - 1, BLOCK, BLOCK + 29])
    assert np.array_equal(path.leave_one_out(1.0, rows), path.leave_one_out(1.0)[rows])
