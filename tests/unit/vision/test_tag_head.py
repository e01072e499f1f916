import numpy as np
import pytest
from oriel_vision.features import signed_roots, unchanged
from oriel_vision.head import logits
from oriel_vision.ridge import RidgePath
from oriel_vision.sigmoid import sigmoid
from oriel_vision.tag_head import fit_tag_head
from oriel_vision.training_features import UnusableTrainingSet

DIMS = 30


def tagged(
    count: int, tags: int = 3, share: float = 0.3, noise: float = 0.6, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Embeddings to which each tag adds its own direction, and which pictures carry it."""
    directions = np.random.default_rng(99).gamma(1.0, size=(tags, DIMS))
    random = np.random.default_rng(seed)
    carried = random.uniform(size=(count, tags)) < share
    carried[0], carried[1] = True, False
    noisy = carried @ directions + random.normal(0, noise, (count, DIMS))
    return np.maximum(0, noisy).astype(np.float32), carried


def test_tags_are_found_in_pictures_that_were_not_seen() -> None:
    weights = fit_tag_head(*tagged(200)).weights
    embeddings, carried = tagged(500, seed=1)
    assert weights.shape == (DIMS + 1, 3)
    assert weights.dtype == np.float32
    assert ((logits(weights, embeddings) > 0) == carried).mean() > 0.93


def test_the_sigmoid_of_a_logit_is_a_probability_that_holds() -> None:
    weights = fit_tag_head(*tagged(1500, noise=1.6)).weights
    embeddings, carried = tagged(20_000, noise=1.6, seed=1)
    chances = sigmoid(logits(weights, embeddings))
    for low in np.arange(0, 1, 0.2):
        chosen = (chances >= low) & (chances < low + 0.2)
        assert chosen.sum() > 500
        assert carried[chosen].mean() == pytest.approx(chances[chosen].mean(), abs=0.06)


def test_a_rare_tag_gets_the_probability_that_it_has() -> None:
    embeddings, carried = tagged(600, tags=1, share=0.03, noise=2.5)
    chances = sigmoid(logits(fit_tag_head(embeddings, carried).weights, embeddings))
    assert chances.mean() == pytest.approx(carried.mean(), abs=0.01)


def test_a_tag_that_nothing_in_the_picture_tells_gets_its_share() -> None:
    embeddings, carried = tagged(300)
    carried[:, 2] = np.random.default_rng(5).permutation(300) < 75
    unseen, _ = tagged(500, seed=1)
    chances = sigmoid(logits(fit_tag_head(embeddings, carried).weights, unseen))[:, 2]
    assert np.abs(chances - 0.25).max() < 0.15


def test_a_tag_does_not_change_what_others_answer() -> None:
    embeddings, carried = tagged(100)
    together = fit_tag_head(embeddings, carried).weights
    alone = fit_tag_head(embeddings, carried[:, 1:2]).weights
    assert np.allclose(together[:, 1], alone[:, 0], atol=1e-5)


def test_the_head_is_a_line_through_the_ridge_with_the_least_error_left_out() -> None:
    embeddings, carried = tagged(60, tags=1)
    wanted = np.where(carried, 1.0, -1.0)
    path = RidgePath.decompose(signed_roots(embeddings), wanted, np.ones(60))
    best = min(path.penalties, key=lambda one: ((path.leave_one_out(one) - wanted) ** 2).sum())
    raw = path.solve(best)[:, 0]
    weights = fit_tag_head(embeddings, carried).weights[:, 0]
    slope = weights[:-1] @ raw[:-1] / (raw[:-1] @ raw[:-1])
    assert slope > 0
    assert np.allclose(weights[:-1], slope * raw[:-1], atol=1e-5)


def test_a_layer_that_stands_on_embeddings_gets_weights_for_them_as_they_are() -> None:
    embeddings, carried = tagged(200)
    weights = fit_tag_head(embeddings, carried, unchanged).weights
    rows = embeddings @ weights[:-1] + weights[-1]
    assert ((rows > 0) == carried).mean() > 0.95


def test_a_few_pictures_that_differ_clearly_are_no_certainty() -> None:
    carried = np.array([[True], [True], [False], [False]])
    embeddings = np.where(carried, 1.0, 0.0) * np.ones((4, 5), np.float32)
    chances = sigmoid(logits(fit_tag_head(embeddings, carried).weights, embeddings))
    assert 0.6 < chances[0, 0] < 0.9
    assert 0.1 < chances[3, 0] < 0.4


@pytest.mark.parametrize(
    ("column", "reason"), [(False, "no picture carries tag 1"), (True, "every picture carries")]
)
def test_a_tag_without_both_answers_is_refused(column: bool, reason: str) -> None:
    embeddings, carried = tagged(20)
    carried[:, 1] = column
    with pytest.raises(UnusableTrainingSet, match=reason):
        fit_tag_head(embeddings, carried)


def test_pictures_that_all_look_the_same_are_refused() -> None:
    _, carried = tagged(20)
    with pytest.raises(UnusableTrainingSet, match="look the same"):
        fit_tag_head(np.ones((20, 4), np.float32), carried)


def test_a_picture_without_an_embedding_is_refused() -> None:
    embeddings, carried = tagged(20)
    with pytest.raises(UnusableTrainingSet, match="one embedding"):
        fit_tag_head(embeddings[1:], carried)
