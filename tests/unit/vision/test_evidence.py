"""Explanations of heads, on pictures where the place of the object is known."""

from collections.abc import Sequence
from io import BytesIO

import numpy as np
import pytest
from oriel_vision.backbone import Backbone
from oriel_vision.class_head import fit_head
from oriel_vision.evidence import against_others, head_evidence
from oriel_vision.head import logits
from oriel_vision.tag_head import fit_tag_head
from PIL import Image

from infra.local.demo.sample import Picture, read_part

SIZE, HALF, OBJECT = 224, 112, 96


def test_the_evidence_of_all_places_and_the_bias_are_the_answer() -> None:
    random = np.random.default_rng(0)
    features = random.gamma(0.3, size=(4, 12, 3, 5)).astype(np.float32)
    features[1] = 0
    features[2, 3] = 0
    weights = random.normal(size=(13, 6)).astype(np.float32)
    evidence = head_evidence(weights, features)
    assert evidence.shape == (4, 6, 3, 5)
    expected = logits(weights, features.mean(axis=(2, 3), dtype=np.float64))
    assert np.allclose(evidence.sum(axis=(2, 3)) + weights[-1], expected, atol=1e-9)
    assert not evidence[1].any()


def test_what_speaks_for_all_classes_alike_is_no_evidence() -> None:
    evidence = np.random.default_rng(1).normal(size=(2, 3, 4, 4))
    alike = np.random.default_rng(2).normal(size=(2, 1, 4, 4))
    assert np.allclose(against_others(evidence + alike), against_others(evidence))


class Scenes:
    """Clothes in quarters of a noisy picture."""

    def __init__(self, pictures: Sequence[Sequence[Picture]], seed: int) -> None:
        random = np.random.default_rng(seed)
        self.pixels = random.integers(0, 60, (len(pictures), SIZE, SIZE, 3), dtype=np.uint8)
        self.quarters = np.array([random.permutation(4)[: len(one)] for one in pictures])
        for canvas, shown, quarters in zip(self.pixels, pictures, self.quarters, strict=True):
            for picture, quarter in zip(shown, quarters, strict=True):
                top, left = HALF * (quarter // 2) + 8, HALF * (quarter % 2) + 8
                image = Image.open(BytesIO(picture.data)).convert("RGB").resize((OBJECT, OBJECT))
                canvas[top : top + OBJECT, left : left + OBJECT] = np.asarray(image)


def pointed_at(maps: np.ndarray) -> np.ndarray:
    """Return the quarter with the middle of the strongest of 7 x 7 places, -1 between two."""
    rows, columns = np.divmod(maps.reshape(len(maps), -1).argmax(axis=1), 7)
    between = (rows == 3) | (columns == 3)
    return np.where(between, -1, 2 * (rows > 3) + (columns > 3))


@pytest.fixture(scope="module")
def int8() -> Backbone:
    return Backbone.load("lite0-int8")


@pytest.mark.parametrize("name", ["lite0-int8", "lite0-fp32"])
def test_a_class_is_seen_where_the_object_lies(name: str) -> None:
    backbone = Backbone.load(name)
    train, held_out = read_part("train")[:200], read_part("held_out")[:60]
    names = sorted({picture.label for picture in train})
    learned, asked = Scenes([[one] for one in train], 1), Scenes([[one] for one in held_out], 2)
    targets = np.array([names.index(picture.label) for picture in train])
    weights = fit_head(backbone.embed(learned.pixels), targets, len(names)).weights
    embeddings, features = backbone.look(asked.pixels)
    answers = logits(weights, embeddings).argmax(axis=1)
    maps = against_others(head_evidence(weights, features))[np.arange(60), answers]
    assert (pointed_at(maps) == asked.quarters[:, 0]).mean() >= 0.8, "a quarter by chance"


def test_each_of_two_tags_is_seen_where_its_own_object_lies(int8: Backbone) -> None:
    tags = ("Bag", "Ankle boot")
    train, held_out = (
        [[one for one in read_part(part) if one.label == tag] for tag in tags]
        for part in ("train", "held_out")
    )
    alone = [[one] for one in read_part("train")[:120] if one.label not in tags]
    shown = [
        *zip(*(of_tag[:60] for of_tag in train), strict=True),
        *([one] for of_tag in train for one in of_tag[60:90]),
        *alone,
    ]
    both, single = Scenes(shown[:60], 3), Scenes(shown[60:], 4)
    carried = np.array([[tag in {one.label for one in s} for tag in tags] for s in shown])
    pixels = np.concatenate([both.pixels, single.pixels])
    weights = fit_tag_head(int8.embed(pixels), carried).weights
    asked = Scenes(list(zip(*(of_tag[:40] for of_tag in held_out), strict=True)), 5)
    evidence = head_evidence(weights, int8.look(asked.pixels)[1])
    for tag in range(2):
        found = pointed_at(evidence[:, tag])
        assert (found == asked.quarters[:, tag]).mean() >= 0.7
        assert (found == asked.quarters[:, 1 - tag]).mean() <= 0.15
