"""Networks of timm, by its interface alone: the package itself is not installed for the tests."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch
from class_objective import ClassObjective
from classifier import Classifier
from errors import TrainingImpossible
from export import export, prove
from start import new_classifier
from timm_backbone import load_timm
from torch import Tensor, nn

SIZE = 64
PIXELS = np.random.default_rng(0).integers(0, 256, (2, SIZE, SIZE, 3), dtype=np.uint8)
MEAN, STD = (0.5, 0.4, 0.3), (0.2, 0.25, 0.3)


class TinyNetwork(nn.Module):
    """What `timm.create_model` returns, as far as it is used."""

    def __init__(self, *, places_first: bool = False, tokens: bool = False) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.pretrained_cfg = {"mean": MEAN, "std": STD}
        self.output_fmt = "NHWC" if places_first else "NCHW"
        self.conv, self.norm = nn.Conv2d(3, 6, 8, stride=8), nn.BatchNorm2d(6)
        self.tokens = tokens

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(self.conv(x)).relu()
        if self.tokens:
            return y.flatten(2).transpose(1, 2)
        return y.permute(0, 2, 3, 1) if self.output_fmt == "NHWC" else y


class Timm:
    """Stands where the package would; remembers what it was asked for."""

    def __init__(self, network: nn.Module) -> None:
        self.network, self.asked = network, dict[str, Any]()

    def create_model(self, name: str, **options: Any) -> nn.Module:
        self.asked = {"name": name, **options}
        return self.network


@pytest.mark.parametrize("places_first", [False, True])
def test_a_network_gets_its_own_mean_and_deviation_and_gives_the_mean_of_its_map(
    places_first: bool,
) -> None:
    timm = Timm(TinyNetwork(places_first=places_first))
    backbone = load_timm("timm:tiny.in1k", timm.create_model)
    assert timm.asked == {
        "name": "tiny.in1k",
        "pretrained": True,
        "num_classes": 0,
        "global_pool": "",
    }
    assert backbone.dim == 6
    pixels = torch.from_numpy(PIXELS)
    x = (pixels.float() / 255 - torch.tensor(MEAN)) / torch.tensor(STD)
    plain = TinyNetwork().eval()
    with torch.no_grad():
        expected = plain(x.permute(0, 3, 1, 2)).mean((2, 3))
        assert torch.allclose(backbone(pixels), expected, atol=1e-4)
        for blocks in (0, 1):
            cut = backbone.top(backbone.trunk(pixels, blocks), blocks)
            assert torch.allclose(cut, expected, atol=1e-4)


def classifier_of(frozen: int) -> Classifier:
    return Classifier(load_timm("timm:tiny", Timm(TinyNetwork()).create_model), 3, frozen)


def test_its_export_answers_as_it_does_and_its_evidence_adds_up(tmp_path: Path) -> None:
    classifier = classifier_of(0).eval()
    export(classifier, SIZE, tmp_path / "model.onnx")
    meaning = partial(ClassObjective(3).probabilities, temperature=1.0)
    proof = prove(classifier, tmp_path / "model.onnx", PIXELS, meaning)
    assert proof.parity <= 1e-4
    assert np.ptp(proof.logits) > 0.01
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
    logits, evidence = session.run(["logits", "evidence"], {"image": PIXELS})
    bias = classifier.answer.bias.detach().numpy()
    assert np.allclose(evidence.sum((2, 3)) + bias, logits, atol=1e-4)


def test_it_is_frozen_or_open_as_a_whole_and_keeps_its_statistics() -> None:
    assert not any(one.requires_grad for one in classifier_of(1).backbone.parameters())
    classifier = classifier_of(0).train()
    assert all(one.requires_grad for one in classifier.backbone.parameters())
    assert classifier.backbone.training
    assert classifier.dropout.training
    norm = classifier.backbone.blocks[0].norm
    before = norm.running_mean.clone()
    classifier.top(classifier.trunk(torch.from_numpy(PIXELS))).sum().backward()
    assert torch.equal(norm.running_mean, before)
    assert classifier.backbone.blocks[0].conv.weight.grad is not None


class OfOneSize(TinyNetwork):
    def forward(self, x: Tensor) -> Tensor:
        assert x.shape[-1] == 224
        return super().forward(x)


class Huge(TinyNetwork):
    def __init__(self) -> None:
        super().__init__()
        self.more = nn.Parameter(torch.empty(50_000_000, device="meta"))


@pytest.mark.parametrize(
    ("network", "reason"),
    [
        (TinyNetwork(tokens=True), "makes no map of features"),
        (OfOneSize(), "AssertionError"),
        (Huge(), "50 million weights, and serving takes 48 million"),
    ],
)
def test_a_network_that_does_not_fit_is_refused_with_what_would(
    network: nn.Module, reason: str
) -> None:
    with pytest.raises(TrainingImpossible, match=f"'tiny'.*{reason}.*Use lite0, lite1, lite2"):
        load_timm("timm:tiny", Timm(network).create_model)


def test_weights_that_cannot_be_had_are_told() -> None:
    def make(_name: str, **_options: Any) -> nn.Module:
        raise OSError("no route to host")

    with pytest.raises(TrainingImpossible, match=r"'tiny' cannot be trained here: OSError\. Use"):
        load_timm("timm:tiny", make)


@pytest.mark.parametrize("name", ["timm:", "timm:hf_hub:a/b", "timm:../x", "timm:a.b.c"])
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(TrainingImpossible, match="no name of a network of timm"):
        load_timm(name, Timm(TinyNetwork()).create_model)


def test_without_timm_its_networks_are_refused_in_words() -> None:
    with pytest.raises(TrainingImpossible, match="add timm, or use lite0, lite1 or lite2"):
        new_classifier(2, 0, torch.device("cpu"), backbone="timm:resnet18")
