"""The networks that a training can start from, against what was published and what is exported."""

from functools import partial
from pathlib import Path

import backbones
import numpy as np
import pytest
import torch
from class_objective import ClassObjective
from errors import TrainingImpossible
from export import export, prove
from start import new_classifier

SIZE = 64
CPU = torch.device("cpu")
PIXELS = np.random.default_rng(0).integers(0, 256, (2, SIZE, SIZE, 3), dtype=np.uint8)


@pytest.mark.parametrize(("name", "parameters", "blocks"), [("lite1", 5.4, 21), ("lite2", 6.1, 21)])
def test_a_larger_backbone_has_the_published_size(
    name: str, parameters: float, blocks: int
) -> None:
    network = backbones.load(name)
    own = sum(one.numel() for one in network.parameters())
    # Published with their last layer of 1,000 classes, and with BatchNorm apart.
    assert (own + 1281 * 1000) / 1e6 == pytest.approx(parameters, abs=0.06)
    assert len(network.blocks) == blocks


@pytest.mark.parametrize("name", ["lite1", "lite2"])
def test_the_export_of_a_larger_backbone_answers_as_the_network(name: str, tmp_path: Path) -> None:
    classifier = new_classifier(3, 7, CPU, backbone=name).eval()
    export(classifier, SIZE, tmp_path / "model.onnx")
    meaning = partial(ClassObjective(3).probabilities, temperature=1.0)
    logits = prove(classifier, tmp_path / "model.onnx", PIXELS, meaning).logits
    with torch.no_grad():
        assert np.allclose(logits, classifier(torch.from_numpy(PIXELS)).numpy(), atol=1e-4)
        embeddings = classifier.embed(classifier.trunk(torch.from_numpy(PIXELS))).numpy()
    # Weights that were folded wrongly make features that are all 0 or all at their ceiling.
    assert 0.05 < embeddings.mean() < 1.5
    assert 0.05 < (embeddings > 0).mean() < 0.95


def test_what_is_frozen_ends_with_a_stage() -> None:
    assert [backbones.blocks_until_stage("lite0", stage) for stage in (3, 5)] == [5, 11]
    assert [backbones.blocks_until_stage("lite2", stage) for stage in (3, 5)] == [7, 15]


def test_an_unknown_backbone_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(TrainingImpossible, match=r"'resnet50'.*lite0, lite1, lite2"):
        backbones.load("resnet50")
