"""What an exported network says of where its answers come from."""

from pathlib import Path

import numpy as np
import pytest
import torch
from classifier import Classifier
from export import export
from oriel_vision.class_head import fit_head
from oriel_vision.features import unchanged
from oriel_vision.network import Network
from oriel_vision.units import Units
from start import new_classifier

SIZE = 128
PLACES = SIZE // 32
CPU = torch.device("cpu")


def scenes(count: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return noise with a red or green square in one quarter, which colour, and which quarter."""
    random = np.random.default_rng(seed)
    pixels = random.integers(0, 60, (count, SIZE, SIZE, 3), dtype=np.uint8)
    colours, quarters = random.integers(0, 2, count), random.integers(0, 4, count)
    side = SIZE // 2
    for picture, colour, quarter in zip(pixels, colours, quarters, strict=True):
        top, left = side * (quarter // 2), side * (quarter % 2)
        picture[top + 8 : top + side - 8, left + 8 : left + side - 8, colour] = 220
    return pixels, colours, quarters


def trained(units: Units | None = None) -> Classifier:
    """Return a classifier whose last layer has learned the colours, as a probe would."""
    pixels, colours, _ = scenes(60, seed=1)
    classifier = new_classifier(2 if units is None else 1, 16, CPU, units).eval()
    with torch.no_grad():
        embeddings = classifier.embed(classifier.trunk(torch.from_numpy(pixels))).numpy()
        weights = torch.from_numpy(fit_head(embeddings, colours, 2, unchanged).weights)
        outputs = len(classifier.answer.bias)
        classifier.answer.weight.copy_(weights[:-1, :outputs].T)
        classifier.answer.bias.copy_(weights[-1, :outputs])
    return classifier


def exported(classifier: Classifier, folder: Path) -> Network:
    export(classifier, SIZE, folder / "model.onnx")
    return Network((folder / "model.onnx").read_bytes(), SIZE)


@pytest.mark.parametrize("units", [None, Units(offset=300.0, scale=40.0)])
def test_the_evidence_of_all_places_and_the_bias_are_the_answer(
    tmp_path: Path, units: Units | None
) -> None:
    classifier = trained(units)
    network, (pixels, _, _) = exported(classifier, tmp_path), scenes(6, seed=2)
    answers, evidence = network.explained(pixels)
    base = classifier.answer.bias.detach().numpy()
    if units is not None:
        base = base * units.scale + units.offset
    assert evidence.shape == (6, answers.shape[1], PLACES, PLACES)
    assert np.allclose(evidence.sum(axis=(2, 3)) + base, answers, rtol=1e-4, atol=1e-4)
    with torch.no_grad():
        expected = classifier(torch.from_numpy(pixels)).numpy()
    assert np.allclose(answers, expected, rtol=1e-4, atol=1e-4)
    assert np.array_equal(network.logits(pixels), answers)


def test_the_evidence_is_where_the_object_is(tmp_path: Path) -> None:
    network, (pixels, colours, quarters) = exported(trained(), tmp_path), scenes(40, seed=3)
    answers, evidence = network.explained(pixels)
    assert (answers.argmax(1) == colours).mean() > 0.9
    shown = evidence[np.arange(40), colours] - evidence.mean(1)
    halves = shown.reshape(40, 2, PLACES // 2, 2, PLACES // 2).sum(axis=(2, 4))
    assert (halves.reshape(40, 4).argmax(1) == quarters).mean() > 0.9
