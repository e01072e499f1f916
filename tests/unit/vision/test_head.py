import io
from pathlib import Path

import numpy as np
import pytest
from oriel_vision.calibration import fit_temperature
from oriel_vision.class_head import fit_head
from oriel_vision.head import MalformedHead, head_from_bytes, head_to_bytes, logits
from oriel_vision.training_features import MOST_LEFT_OUT, FittedHead, UnusableTrainingSet, drawn


def clouds(counts: list[int], dims: int = 40, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Embeddings of classes that overlap a little, as many a class as asked."""
    centres = np.random.default_rng(99).gamma(1.0, size=(len(counts), dims))
    random = np.random.default_rng(seed)
    targets = np.repeat(np.arange(len(counts)), counts)
    noisy = np.maximum(0, centres[targets] + random.normal(0, 0.9, (len(targets), dims)))
    return noisy.astype(np.float32), targets


def accuracy(head: FittedHead, embeddings: np.ndarray, targets: np.ndarray) -> float:
    return float((logits(head.weights, embeddings).argmax(axis=1) == targets).mean())


@pytest.mark.parametrize("count", [6, 100])
def test_a_head_recognises_what_it_has_not_seen(count: int) -> None:
    head = fit_head(*clouds([count] * 4), 4)
    assert head.weights.shape == (41, 4)
    assert head.weights.dtype == np.float32
    assert accuracy(head, *clouds([200] * 4, seed=1)) > (0.8 if count == 6 else 0.95)


def test_logits_are_linear_in_the_roots_of_the_embedding() -> None:
    weights = np.array([[1, 0], [0, 2], [0.5, -1]], np.float32)
    assert logits(weights, np.array([[4.0, 9.0], [0.0, 0.25]])).tolist() == [[2.5, 5], [0.5, 0]]


def test_half_precision_embeddings_make_the_same_head() -> None:
    embeddings, targets = clouds([50] * 3)
    whole, half = fit_head(embeddings, targets, 3), fit_head(embeddings.astype("<f2"), targets, 3)
    assert np.allclose(whole.weights, half.weights, atol=1e-3)


def test_the_order_of_pictures_does_not_matter() -> None:
    embeddings, targets = clouds([20, 30, 10])
    order = np.random.default_rng(0).permutation(len(targets))
    once, again = (
        fit_head(embeddings, targets, 3),
        fit_head(embeddings[order], targets[order], 3),
    )
    assert np.allclose(once.weights, again.weights, atol=1e-5)
    assert once.temperature == pytest.approx(again.temperature)


def test_confidences_fit_pictures_that_were_not_seen() -> None:
    head = fit_head(*clouds([60] * 4, dims=8), 4)
    unseen, targets = clouds([2000] * 4, dims=8, seed=1)
    best = fit_temperature(logits(head.weights, unseen), targets)
    assert head.temperature == pytest.approx(best, rel=0.25)


def test_a_rare_class_is_not_drowned() -> None:
    head = fit_head(*clouds([400, 8], dims=10), 2)
    rare = logits(head.weights, clouds([0, 300], dims=10, seed=1)[0])
    assert (rare.argmax(axis=1) == 1).mean() > 0.7


def test_features_that_never_change_do_no_harm() -> None:
    embeddings, targets = clouds([30] * 3)
    embeddings[:, 10:20] = 0
    head = fit_head(embeddings, targets, 3)
    assert np.isfinite(head.weights).all()
    assert accuracy(head, embeddings, targets) > 0.9


def test_two_pictures_are_enough_for_a_head() -> None:
    head = fit_head(np.eye(2, 5, dtype=np.float32), np.array([0, 1]), 2)
    assert np.isfinite(head.weights).all()
    assert accuracy(head, np.eye(2, 5), np.array([0, 1])) == 1


def test_a_class_without_pictures_is_refused_by_its_number() -> None:
    embeddings, targets = clouds([5, 5])
    with pytest.raises(UnusableTrainingSet, match="no picture of class 2"):
        fit_head(embeddings, targets, 3)


def test_pictures_that_all_look_the_same_are_refused() -> None:
    with pytest.raises(UnusableTrainingSet, match="look the same"):
        fit_head(np.ones((6, 4), np.float32), np.array([0, 1] * 3), 2)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_embeddings_that_are_no_numbers_are_refused(bad: float) -> None:
    embeddings, targets = clouds([5, 5])
    embeddings[3, 3] = bad
    with pytest.raises(UnusableTrainingSet, match="finite"):
        fit_head(embeddings, targets, 2)


@pytest.mark.parametrize("targets", [[0, 1, 2], [0, 1, -1], [0, 0, 0, 1], [0, 1]])
def test_targets_that_do_not_fit_are_refused(targets: list[int]) -> None:
    with pytest.raises(UnusableTrainingSet):
        fit_head(np.eye(3, dtype=np.float32), np.array(targets), 2)


def test_one_class_alone_is_refused() -> None:
    with pytest.raises(UnusableTrainingSet, match="at least two"):
        fit_head(np.eye(3, dtype=np.float32), np.zeros(3, int), 1)


def test_a_head_survives_being_stored() -> None:
    head = fit_head(*clouds([10, 10]), 2)
    assert np.array_equal(head_from_bytes(head_to_bytes(head.weights)), head.weights)


def npy(array: np.ndarray, *, pickled: bool = False) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=pickled)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not an array",
        npy(np.zeros((3, 2), np.float32))[:-1],
        npy(np.zeros((3, 2))),
        npy(np.zeros(3, np.float32)),
        npy(np.array([[{}]], object), pickled=True),
    ],
    ids=["empty", "text", "truncated", "float64", "vector", "pickle"],
)
def test_bytes_that_are_no_head_are_refused(data: bytes) -> None:
    with pytest.raises(MalformedHead):
        head_from_bytes(data)


def test_answers_left_out_are_those_of_heads_that_never_saw_the_picture() -> None:
    embeddings, targets = clouds([80] * 3, dims=8)
    head = fit_head(embeddings, targets, 3)
    assert head.rows.tolist() == list(range(240))
    seen = (logits(head.weights, embeddings).argmax(axis=1) == targets).mean()
    unseen = (head.left_out.argmax(axis=1) == targets).mean()
    truth = accuracy(head, *clouds([2000] * 3, dims=8, seed=1))
    assert abs(unseen - truth) < abs(seen - truth) or unseen == pytest.approx(truth, abs=0.02)


@pytest.mark.parametrize("pictures", [1, 5, MOST_LEFT_OUT, MOST_LEFT_OUT + 1, 90_001])
def test_pictures_for_the_calibration_are_drawn_evenly(pictures: int) -> None:
    rows = drawn(pictures)
    assert len(rows) == min(pictures, MOST_LEFT_OUT)
    assert rows[0] == 0
    assert rows[-1] < pictures
    assert np.diff(rows).max(initial=1) <= -(-pictures // MOST_LEFT_OUT)


def test_embeddings_may_lie_in_a_file(tmp_path: Path) -> None:
    embeddings, targets = clouds([30] * 3)
    file = tmp_path / "embeddings"
    embeddings.astype("<f2").tofile(file)
    mapped = np.memmap(file, "<f2", mode="r", shape=embeddings.shape)
    in_memory = fit_head(embeddings.astype("<f2"), targets, 3)
    assert np.array_equal(fit_head(mapped, targets, 3).weights, in_memory.weights)
