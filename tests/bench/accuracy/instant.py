"""What heads on the shared backbone's embeddings are worth, solved as the Lambda step does it."""

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from oriel_vision.class_head import fit_head
from oriel_vision.features import unchanged
from oriel_vision.head import logits
from oriel_vision.tag_evaluation import measure_tags
from oriel_vision.tag_head import fit_tag_head
from oriel_vision.value_evaluation import measure_values
from oriel_vision.value_head import fit_value_head

from tests.bench.accuracy import derived
from tests.bench.accuracy.garments import Garments
from tests.bench.accuracy.pictures import Pictures, pixels

FOLDS = 5
SEED = 0
RAW_SIDE = 32


@dataclass(frozen=True, slots=True)
class Embedded:
    """Garments and their embeddings, of training and of test pictures."""

    train: Garments
    test: Garments
    train_embeddings: NDArray[np.float16]
    test_embeddings: NDArray[np.float16]


def classes(embedded: Embedded, labels: int) -> tuple[float, float]:
    """Return the accuracy on the test pictures, and the seconds that solving the head took."""
    started = time.monotonic()
    head = fit_head(embedded.train_embeddings, embedded.train.targets, labels)
    seconds = time.monotonic() - started
    answers = logits(head.weights, embedded.test_embeddings).argmax(axis=1)
    return float((answers == embedded.test.targets).mean()), seconds


def tagging(embedded: Embedded) -> tuple[float, float]:
    """Return the mean average precision, and that of answers in any order: the tags' shares."""
    head = fit_tag_head(embedded.train_embeddings, derived.tags(embedded.train))
    carried = derived.tags(embedded.test)
    found = measure_tags(logits(head.weights, embedded.test_embeddings), carried)
    known = [one for one in found.precisions if one is not None]
    return sum(known) / len(known), float(carried.mean())


def regression(embedded: Embedded) -> float:
    """Return the R2; always answering the mean has one of 0."""
    head = fit_value_head(embedded.train_embeddings, derived.ink(embedded.train))
    answers = logits(head.weights, embedded.test_embeddings)[:, 0]
    r2 = measure_values(answers, derived.ink(embedded.test)).r2
    if r2 is None:
        raise ValueError("all test pictures have one value")
    return r2


def photographs(pictures: Pictures, embeddings: NDArray[np.float16]) -> dict[str, float]:
    """Return the accuracy over five folds: of heads, nearest class centres, and raw pixels."""
    raw = pixels(pictures, RAW_SIDE)
    targets, count = pictures.targets, len(pictures.labels)
    right = dict.fromkeys(("head", "centroid", "pixels"), 0)
    for tested in folds(targets):
        learned = ~tested
        truth = targets[tested]
        head = fit_head(embeddings[learned], targets[learned], count)
        plain = fit_head(raw[learned], targets[learned], count, unchanged)
        answers = {
            "head": logits(head.weights, embeddings[tested]),
            "centroid": _nearness(embeddings[learned], targets[learned], embeddings[tested]),
            "pixels": raw[tested] @ plain.weights[:-1] + plain.weights[-1],
        }
        for name, rows in answers.items():
            right[name] += int((rows.argmax(axis=1) == truth).sum())
    return {name: correct / len(targets) for name, correct in right.items()}


def folds(targets: NDArray[np.int64]) -> list[NDArray[np.bool_]]:
    """Say of each fold which pictures [n] it tests; classes are dealt out in turn."""
    order = np.random.default_rng(SEED).permutation(len(targets))
    dealt = order[np.argsort(targets[order], kind="stable")]
    fold = np.empty(len(targets), np.int64)
    fold[dealt] = np.arange(len(targets)) % FOLDS
    return [fold == number for number in range(FOLDS)]


def _nearness(
    embeddings: NDArray[np.float16], targets: NDArray[np.int64], asked: NDArray[np.float16]
) -> NDArray[np.float64]:
    """Return the cosines to each class's mean direction: [n, classes]."""
    directions = _directions(embeddings)
    centres = np.stack([directions[targets == one].mean(axis=0) for one in np.unique(targets)])
    return _directions(asked) @ _directions(centres).T


def _directions(rows: NDArray[np.floating]) -> NDArray[np.float64]:
    wide = rows.astype(np.float64)
    directions: NDArray[np.float64] = wide / np.linalg.norm(wide, axis=1, keepdims=True)
    return directions
