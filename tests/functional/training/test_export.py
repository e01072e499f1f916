"""The Export step, with ONNX and ONNX Runtime as they are."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from oriel.domain.errors import ExportFailed, NotFound
from oriel.domain.ids import new_id
from oriel.domain.model import Artifact, ArtifactKind, Model, ModelLabel, export_key
from oriel.domain.task import TaskType
from oriel.services.export_model import ExportModel, Portable
from oriel.services.model_card import Cards
from oriel_vision.backbone import Backbone
from oriel_vision.decode import decode
from oriel_vision.head import head_to_bytes, logits
from oriel_vision.preprocess import to_input
from oriel_vision.softmax import softmax
from PIL import Image

from functions.training_export.deps import TEXTS
from functions.training_export.portable import OnnxPortable
from functions.training_export.step import run
from tests.functional.training.world import WORKSPACE, World
from tests.workflows.tiny_network import SIZE, network

NAMES = ("Boots", "Shirts | <b>", "Sökke")
DIM = 1280


@dataclass
class Exports:
    """A published model, and the step that exports it."""

    world: World

    def publish(
        self,
        kind: ArtifactKind,
        task_type: TaskType = TaskType.MULTI_CLASS,
        backbone: str = "lite0-int8",
        temperature: float = 0.13,
    ) -> Model:
        """Publish a model with a head of random weights, or with the tiny network."""
        names: tuple[str, ...] = NAMES[:1] if task_type is TaskType.REGRESSION else NAMES
        data = head_to_bytes(weights(len(names)))
        if kind is ArtifactKind.NETWORK:
            names, data = NAMES[:2], network()
        artifact = Artifact(
            kind=kind,
            key="the-file",
            sha256=hashlib.sha256(data).hexdigest(),
            size_bytes=len(data),
            backbone=backbone if kind is ArtifactKind.HEAD else "",
            input_size=224 if kind is ArtifactKind.HEAD else SIZE,
            temperature=temperature,
            labels=tuple(ModelLabel(new_id(), name) for name in names),
            task_type=task_type,
        )
        self.world.artifacts.put(artifact.key, data, "")
        models = self.world.models
        models.set_evaluated(replace(self.world.now(), artifact=artifact, accuracy=0.9))
        return models.publish(WORKSPACE, self.world.model.id, self.world.clock())

    @property
    def step(self) -> ExportModel:
        world = self.world
        cards = Cards(world.tasks, world.artifacts)
        portable = OnnxPortable(threads=1)
        return ExportModel(world.models, world.artifacts, portable, TEXTS, cards.markdown)

    def run(self) -> Model:
        """Export the model and return it as it is then."""
        run({"workspace_id": WORKSPACE, "model_id": self.world.model.id}, self.step)
        return self.world.now()

    @property
    def key(self) -> str:
        return export_key(WORKSPACE, self.world.task.id, self.world.model.id)

    def unpack(self, folder: Path) -> Path:
        zipfile.ZipFile(io.BytesIO(self.world.artifacts.objects[self.key])).extractall(folder)
        return folder


@pytest.fixture
def exports() -> Exports:
    return Exports(World())


def weights(labels: int) -> np.ndarray:
    return np.random.default_rng(3).normal(0, 0.02, (DIM + 1, labels)).astype(np.float32)


def example(folder: Path, *pictures: Path) -> subprocess.CompletedProcess[str]:
    """Run the example as somebody without oriel does."""
    program = [sys.executable, "-I", str(folder / "example.py"), *map(str, pictures)]
    return subprocess.run(program, capture_output=True, text=True, check=False, cwd="/")


@pytest.mark.parametrize("task_type", TaskType)
@pytest.mark.parametrize("backbone", ["lite0-int8", "lite0-fp32"])
def test_a_head_and_its_backbone_become_one_network(
    exports: Exports, tmp_path: Path, task_type: TaskType, backbone: str
) -> None:
    exports.publish(ArtifactKind.HEAD, task_type, backbone)

    export = exports.run().export

    assert export is not None
    assert export.failure is None
    assert export.parity <= 1e-4
    content = exports.world.artifacts.objects[exports.key]
    assert export.sha256 == hashlib.sha256(content).hexdigest()
    assert export.size_bytes == len(content)
    expected = np.load(exports.unpack(tmp_path) / "parity_expected.npy")
    # Pictures that all get one answer would prove nothing.
    assert np.ptp(expected, axis=0).max() > 1e-3
    assert example(tmp_path).returncode == 0


@pytest.mark.parametrize("task_type", [TaskType.MULTI_CLASS, TaskType.MULTI_LABEL])
def test_a_trained_network_answers_with_probabilities(
    exports: Exports, tmp_path: Path, task_type: TaskType
) -> None:
    exports.publish(ArtifactKind.NETWORK, task_type)

    export = exports.run().export

    assert export is not None
    assert (export.failure, export.parity <= 1e-6) == (None, True)
    expected = np.load(exports.unpack(tmp_path) / "parity_expected.npy")
    adds_up = np.allclose(expected.sum(axis=1), 1)
    assert adds_up == (task_type is TaskType.MULTI_CLASS)
    assert ((expected > 0) & (expected < 1)).all()
    assert example(tmp_path).returncode == 0


def test_what_a_network_tells_beside_its_logits_is_left_out(exports: Exports) -> None:
    model = onnx.load_from_string(network())
    model.graph.node.append(onnx.helper.make_node("Identity", ["float"], ["evidence"]))
    shape = [None, SIZE, SIZE, 3]
    evidence = onnx.helper.make_tensor_value_info("evidence", onnx.TensorProto.FLOAT, shape)
    model.graph.output.append(evidence)
    published = exports.publish(ArtifactKind.NETWORK)
    assert published.artifact is not None

    built = OnnxPortable(1).build(published.artifact, model.SerializeToString(), {"own": "fact"})

    exported = onnx.load_from_string(built.onnx)
    assert [output.name for output in exported.graph.output] == ["probabilities"]
    assert [input_.name for input_ in exported.graph.input] == ["image"]
    assert {one.key: one.value for one in exported.metadata_props} == {"own": "fact"}


def photograph(folder: Path, name: str, mode: str, **options: object) -> Path:
    random = np.random.default_rng(1)
    shades = np.linspace(0, 200, 700)[:, None, None] + random.uniform(0, 50, (700, 500, 4))
    picture = Image.fromarray(shades.astype(np.uint8), "RGBA").convert(mode)
    picture.save(folder / name, **options)  # type: ignore[arg-type]
    return folder / name


TURNED = Image.Exif()
TURNED[0x0112] = 6


@pytest.mark.parametrize(
    ("name", "mode", "options"),
    [
        ("large.jpg", "RGB", {"quality": 90}),
        ("turned.jpg", "RGB", {"exif": TURNED}),
        ("clear.png", "RGBA", {}),
        ("grey.png", "L", {}),
    ],
)
def test_the_example_answers_pictures_as_the_deployment_does(
    exports: Exports, tmp_path: Path, name: str, mode: str, options: Mapping[str, object]
) -> None:
    model = exports.publish(ArtifactKind.HEAD)
    exports.run()
    picture = photograph(tmp_path, name, mode, **options)

    ran = example(exports.unpack(tmp_path), picture)

    decoded = decode(picture.read_bytes(), max_pixels=10**6, target=224)
    backbone = Backbone.load("lite0-int8")
    scores = logits(weights(3), backbone.embed(to_input(decoded, 224)[None]))
    assert model.artifact is not None
    (served,) = softmax(scores, model.artifact.temperature)
    assert ran.stderr == ""
    answered = json.loads(ran.stdout.removeprefix(str(picture)))
    assert list(answered) == list(NAMES)
    assert list(answered.values()) == pytest.approx(served.tolist(), abs=1e-4)


def test_a_network_that_was_tampered_with_is_noticed_by_the_example(
    exports: Exports, tmp_path: Path
) -> None:
    exports.publish(ArtifactKind.NETWORK)
    exports.run()
    expected = exports.unpack(tmp_path) / "parity_expected.npy"
    np.save(expected, np.load(expected) + 1e-3)

    ran = example(tmp_path)

    assert ran.returncode == 1
    assert "away" in ran.stderr


def test_what_lies_beside_the_network(exports: Exports, tmp_path: Path) -> None:
    model = exports.publish(ArtifactKind.HEAD)
    exports.run()

    folder = exports.unpack(tmp_path)

    assert sorted(file.name for file in folder.iterdir()) == [
        "LICENSE",
        "NOTICE",
        "SHA256SUMS",
        "card.md",
        "example.py",
        "labels.json",
        "model.onnx",
        "parity_expected.npy",
        "parity_pictures.npy",
    ]
    checked = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout.count("OK")) == (0, 8)
    about = json.loads((folder / "labels.json").read_text())
    assert model.artifact is not None
    assert [label["id"] for label in about["labels"]] == [one.id for one in model.artifact.labels]
    assert [label["name"] for label in about["labels"]] == list(NAMES)
    assert "ML Illustrated" in (folder / "NOTICE").read_text()
    assert "Apache License" in (folder / "LICENSE").read_text()
    assert "Wardrobe, version 1" in (folder / "card.md").read_text()
    lines = (folder / "example.py").read_text().splitlines()
    assert len(lines) < 40


def test_again_it_writes_the_same_file(exports: Exports) -> None:
    exports.publish(ArtifactKind.HEAD)
    first = exports.run(), exports.world.artifacts.objects[exports.key]

    assert (exports.run(), exports.world.artifacts.objects[exports.key]) == first


def test_a_model_whose_file_is_another_is_not_exported_and_says_so(exports: Exports) -> None:
    exports.publish(ArtifactKind.HEAD)
    exports.world.artifacts.put("the-file", head_to_bytes(weights(2)), "")

    model = exports.run()

    assert model.export is not None
    assert model.export.failure == "The model's file is not the one that was published"
    assert exports.key not in exports.world.artifacts.objects
    assert model.version == 1


def test_a_network_that_answers_otherwise_is_not_exported() -> None:
    labels = tuple(ModelLabel(new_id(), name) for name in NAMES)
    artifact = Artifact(ArtifactKind.HEAD, "k", "0", 1, "lite0-int8", 224, 0.13, labels)

    class Drifting(OnnxPortable):
        def _answers(self, *call: object) -> np.ndarray:
            return super()._answers(*call) + 2e-4  # type: ignore[arg-type]

    with pytest.raises(ExportFailed, match=r"up to 2\.0e-04 away"):
        Drifting(1).build(artifact, head_to_bytes(weights(3)), {})


@dataclass
class Interrupting:
    """Lets something happen while an export is being built."""

    meanwhile: Callable[[], None]

    def build(self, _artifact: Artifact, _data: bytes, _metadata: Mapping[str, str]) -> Portable:
        self.meanwhile()
        return Portable(b"onnx", b"pictures", b"expected", 0.0)


def test_of_a_model_that_is_deleted_meanwhile_nothing_stays(exports: Exports) -> None:
    model = exports.publish(ArtifactKind.HEAD)
    hidden = exports.world.core.hidden_models
    step = replace(exports.step, portable=Interrupting(lambda: hidden.add(model.id)))

    with pytest.raises(NotFound):
        step(WORKSPACE, model.id)

    assert exports.key not in exports.world.artifacts.objects


def test_a_model_that_was_not_published_is_not_exported(exports: Exports) -> None:
    with pytest.raises(NotFound):
        exports.run()
