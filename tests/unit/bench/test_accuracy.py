"""The parts of the accuracy benchmark that could make its figures wrong without anybody seeing."""

import numpy as np
from numpy.typing import NDArray

from infra.local.demo.make_sample import LABELS
from tests.bench.accuracy import derived, instant
from tests.bench.accuracy.garments import SIDE, Garments
from tests.bench.accuracy.pictures import Pictures, png


def grey(*values: int) -> NDArray[np.uint8]:
    return np.stack([np.full((SIDE, SIDE), value, np.uint8) for value in values])


def test_every_picture_is_tested_once_and_every_fold_has_every_class() -> None:
    targets = np.repeat(np.arange(4), [9, 35, 64, 10])
    folds = np.stack(instant.folds(targets))
    assert (folds.sum(axis=0) == 1).all()
    for tested in folds:
        counts = np.bincount(targets[tested], minlength=4)
        assert (np.abs(counts - np.bincount(targets) / 5) <= 1).all()


def test_tags_follow_from_the_kind_of_garment_and_its_brightness() -> None:
    garments = Garments(grey(10, 200), np.array([LABELS.index("Coat"), LABELS.index("Bag")]))
    carried = [
        {tag for tag, there in zip(derived.TAGS, row, strict=True) if there}
        for row in derived.tags(garments).tolist()
    ]
    assert carried == [{"top", "long sleeved", "outerwear", "open"}, {"bright"}]


def test_ink_is_the_share_of_pixels_with_garment_in_percent() -> None:
    half = grey(0)
    half[0, : SIDE // 2] = 90
    assert derived.ink(Garments(np.vstack([half, grey(0, 255)]), np.zeros(3, int))).tolist() == [
        50,
        0,
        100,
    ]


def test_photographs_that_are_told_apart_by_colour_are_told_apart() -> None:
    random = np.random.default_rng(0)
    targets = np.repeat(np.arange(3), 10)
    colours = np.array([[220, 30, 30], [30, 220, 30], [30, 30, 220]])
    painted = np.clip(colours[targets][:, None, None] + random.normal(0, 20, (30, 8, 8, 3)), 0, 255)
    pictures = Pictures([png(one.astype(np.uint8)) for one in painted], targets, ("r", "g", "b"))
    embeddings = np.eye(3)[targets].repeat(4, axis=1) + random.normal(0, 0.05, (30, 12))
    found = instant.photographs(pictures, embeddings.astype(np.float16))
    assert found == {"head": 1.0, "centroid": 1.0, "pixels": 1.0}
