"""Holds the committed backbone to the published weights it says it was made of."""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
import torch

ROOT = Path(__file__).parents[2]
LITE0 = ROOT / "layers" / "vision" / "python" / "oriel_vision" / "backbones" / "lite0"
sys.path.append(str(ROOT / "layers" / "vision" / "make"))
sys.path.append(str(ROOT / "stepfunctions" / "train_model" / "job"))

from build_backbones import CHANNELS, PLACES, export_fp32  # noqa: E402 - after the path it lies on
from feature_map import expose  # noqa: E402
from network import load_backbone  # noqa: E402
from published import load_published, weights_path  # noqa: E402


@pytest.fixture(scope="module")
def pixels() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (3, 224, 224, 3), dtype=np.uint8)


def embed(path: Path, pixels: np.ndarray) -> np.ndarray:
    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    return session.run(None, {"image": pixels})[0]


def test_the_published_weights_are_those_of_the_provenance() -> None:
    provenance = json.loads((LITE0 / "provenance.json").read_text())
    digest = hashlib.sha256(weights_path().read_bytes()).hexdigest()
    assert digest == provenance["source"]["sha256"]


# torch announces, and stumbles over, the exporter that keeps the parameters' names.
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_a_backbone_built_again_answers_as_the_committed_one(
    tmp_path: Path, pixels: np.ndarray
) -> None:
    export_fp32(tmp_path / "fp32.onnx")
    again, committed = embed(tmp_path / "fp32.onnx", pixels), embed(LITE0 / "fp32.onnx", pixels)
    assert committed.std() > 0.1
    assert np.allclose(again, committed, rtol=1e-4, atol=1e-5)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_showing_the_feature_map_changes_no_bit_of_an_embedding(
    tmp_path: Path, pixels: np.ndarray
) -> None:
    export_fp32(tmp_path / "fp32.onnx")
    before = embed(tmp_path / "fp32.onnx", pixels)
    expose(tmp_path / "fp32.onnx", CHANNELS, PLACES)
    assert np.array_equal(embed(tmp_path / "fp32.onnx", pixels), before)


def test_training_starts_from_the_published_weights() -> None:
    published = load_published().state_dict()
    committed = load_backbone(LITE0 / "fp32.onnx").state_dict()
    assert published.keys() == committed.keys()
    for name, tensor in committed.items():
        assert torch.equal(tensor, published[name]), name


def test_torch_and_onnx_runtime_answer_alike(pixels: np.ndarray) -> None:
    with torch.no_grad():
        own = load_backbone(LITE0 / "fp32.onnx").eval()(torch.from_numpy(pixels)).numpy()
    assert np.allclose(own, embed(LITE0 / "fp32.onnx", pixels), rtol=1e-4, atol=1e-4)


def test_a_network_cut_open_between_blocks_answers_as_the_whole(pixels: np.ndarray) -> None:
    network = load_backbone(LITE0 / "fp32.onnx").eval()
    batch = torch.from_numpy(pixels)
    with torch.no_grad():
        whole = network(batch)
        for blocks in (0, 11, len(network.blocks)):
            assert torch.equal(network.top(network.trunk(batch, blocks), blocks), whole)


def test_an_onnx_file_without_the_weights_is_refused() -> None:
    with pytest.raises(RuntimeError, match="Missing key"):
        load_backbone(LITE0 / "int8.onnx")
