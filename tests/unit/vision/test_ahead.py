"""Networks that were optimised ahead answer as the portable ones do, or are left alone."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from oriel_vision.ahead import NOTE, CorruptAhead, make_ahead, read_ahead
from oriel_vision.backbone import FOLDER, Backbone

from tests.unit.vision.pictures import photo

SIDE = 224
FILES = {"lite0-int8": "int8.onnx", "lite0-fp32": "fp32.onnx"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Backbones with what was made ahead of both beside them."""
    copied = tmp_path_factory.mktemp("vision") / "backbones"
    shutil.copytree(FOLDER, copied)
    make_ahead(copied / "lite0" / file for file in FILES.values())
    return copied


def pictures() -> np.ndarray:
    photos = [photo(SIDE, SIDE, seed).convert("RGB") for seed in range(3)]
    return np.stack([np.asarray(one) for one in photos])


def sha256_of(folder: Path, file: str) -> str:
    provenance = json.loads((folder / "lite0" / "provenance.json").read_bytes())
    return str(provenance["files"][file]["sha256"])


@pytest.mark.parametrize("name", FILES)
def test_embeddings_and_feature_maps_are_the_same_in_every_bit(folder: Path, name: str) -> None:
    for ours, portable in zip(
        Backbone.load(name, folder=folder).look(pictures()),
        Backbone.load(name).look(pictures()),
        strict=True,
    ):
        assert np.array_equal(ours, portable)


def test_what_was_made_ahead_is_what_runs(folder: Path) -> None:
    file = folder / "lite0" / "int8.onnx"
    hidden = file.rename(file.with_suffix(".hidden"))
    try:
        assert Backbone.load("lite0-int8", folder=folder).dim == 1280
    finally:
        hidden.rename(file)


@pytest.mark.parametrize("file", FILES.values())
def test_no_file_is_laid_out_for_one_processors_registers(folder: Path, file: str) -> None:
    made = read_ahead(folder / "lite0" / file, sha256_of(folder, file))
    assert made is not None
    # The name stands among the operator sets in any case.
    assert made.model.count(b"com.microsoft.nchwc") == 1


def test_opening_int8_leaves_nothing_to_optimise(folder: Path) -> None:
    made = read_ahead(folder / "lite0" / "int8.onnx", sha256_of(folder, "int8.onnx"))
    assert made is not None
    assert made.finished


def changed(folder: Path, target: Path, **facts: str) -> Path:
    """Copy the backbones, with a note that says something else."""
    shutil.copytree(folder, target)
    note = target / "lite0" / NOTE
    note.write_text(json.dumps({**json.loads(note.read_bytes()), **facts}))
    return target / "lite0" / "int8.onnx"


@pytest.mark.parametrize("elsewhere", [{"machine": "riscv64"}, {"onnxruntime": "1.0.0"}])
def test_what_was_made_for_elsewhere_is_left_alone(
    folder: Path, tmp_path: Path, elsewhere: dict[str, str]
) -> None:
    file = changed(folder, tmp_path / "copy", **elsewhere)
    assert read_ahead(file, sha256_of(folder, "int8.onnx")) is None
    assert Backbone.load("lite0-int8", folder=tmp_path / "copy").dim == 1280


def test_what_was_made_of_another_network_is_left_alone(folder: Path) -> None:
    assert read_ahead(folder / "lite0" / "int8.onnx", "0" * 64) is None


def test_a_file_that_is_not_the_one_of_the_note_is_refused(folder: Path, tmp_path: Path) -> None:
    file = changed(folder, tmp_path / "copy")
    file.with_suffix(".ahead").write_bytes(b"something else")
    with pytest.raises(CorruptAhead):
        Backbone.load("lite0-int8", folder=tmp_path / "copy")
