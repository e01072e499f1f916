import numpy as np
import pytest
from oriel_vision.features import unchanged
from oriel_vision.head import logits
from oriel_vision.training_features import UnusableTrainingSet
from oriel_vision.units import units_of
from oriel_vision.value_head import fit_value_head

DIMS = 20


def measured(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Embeddings whose roots tell a value of about 0 to 10, with a little noise."""
    random = np.random.default_rng(seed)
    direction = np.random.default_rng(99).normal(size=DIMS)
    roots = random.gamma(2.0, size=(count, DIMS))
    values = 5 + roots @ direction + random.normal(0, 0.2, count)
    return (roots**2).astype(np.float32), values


def r2(weights: np.ndarray, embeddings: np.ndarray, values: np.ndarray) -> float:
    errors = logits(weights, embeddings)[:, 0] - values
    return float(1 - (errors**2).mean() / values.var())


def test_values_of_pictures_that_were_not_seen_are_told_in_their_units() -> None:
    weights = fit_value_head(*measured(200)).weights
    assert weights.shape == (DIMS + 1, 1)
    assert weights.dtype == np.float32
    assert r2(weights, *measured(500, seed=1)) > 0.98


@pytest.mark.parametrize(
    ("scale", "offset"), [(1e-3, 0.0), (1e6, 0.0), (1.0, 1e4), (-2.0, 7.0), (1e28, 0.0), (1e-20, 0)]
)
def test_other_units_give_the_same_answers_in_these_units(scale: float, offset: float) -> None:
    embeddings, values = measured(100)
    unseen, _ = measured(50, seed=1)
    plain = logits(fit_value_head(embeddings, values).weights, unseen)[:, 0]
    other = logits(fit_value_head(embeddings, scale * values + offset).weights, unseen)[:, 0]
    assert np.allclose((other - offset) / scale, plain, rtol=1e-3, atol=1e-2)


def test_the_penalty_is_that_of_the_least_error_left_out() -> None:
    random = np.random.default_rng(3)
    embeddings = random.gamma(1.0, size=(30, DIMS)).astype(np.float32)
    values = random.normal(size=30)
    answers = logits(fit_value_head(embeddings, values).weights, embeddings)[:, 0]
    # Noise explains nothing: the answers hardly leave the mean, though they could fit it all.
    assert answers.std() < 0.5 * values.std()
    assert answers.mean() == pytest.approx(values.mean(), abs=1e-3)


def test_a_layer_that_stands_on_embeddings_gets_weights_for_them_as_they_are() -> None:
    embeddings, _ = measured(100)
    values = embeddings[:, 0] * 3.0 + 1
    weights = fit_value_head(embeddings, values, unchanged).weights
    answers = embeddings @ weights[:-1, 0] + weights[-1, 0]
    assert np.allclose(answers, values, atol=0.05 * values.std())


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([4.5] * 3, "all pictures have the value 4.5"),
        ([1e9, 1e9 + 1, 1e9 + 2], "differ too little for their size"),
        ([0.0, 1e-200, 2e-200], "differ too little"),
        ([1.0, 2.0, 1e31], "not between"),
        ([1.0, 2.0, np.nan], "not between"),
        ([1.0, 2.0, np.inf], "not between"),
    ],
)
def test_values_that_no_model_can_tell_apart_are_refused(values: list[float], reason: str) -> None:
    with pytest.raises(UnusableTrainingSet, match=reason):
        fit_value_head(np.eye(3, 5, dtype=np.float32), np.array(values))


def test_a_picture_without_a_value_is_refused() -> None:
    with pytest.raises(UnusableTrainingSet, match="one answer"):
        fit_value_head(np.eye(3, dtype=np.float32), np.array([1.0, 2.0]))


def test_standardised_values_have_mean_nought_and_deviation_one() -> None:
    values = np.array([3.0, 5.0, 10.0])
    units = units_of(values)
    standard = units.standardised(values)
    assert standard.mean() == pytest.approx(0)
    assert standard.std() == pytest.approx(1)
    assert standard * units.scale + units.offset == pytest.approx(values)
