"""The real backbone, a real head, and what is wrong with what was stored."""

import hashlib
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from oriel.domain.errors import InvalidPicture, ModelBroken
from oriel.domain.model import Artifact, ArtifactKind, ModelLabel
from oriel.domain.task import TaskType
from oriel_vision.backbone import Backbone
from oriel_vision.head import head_to_bytes, logits
from oriel_vision.sigmoid import sigmoid
from oriel_vision.softmax import softmax
from oriel_vision.training_features import FittedHead

from functions.inference.recognizer import VisionRecognizer
from tests.fakes.blobs import MemoryBlobs
from tests.unit.inference.pictures import encoded, png_header

LABELS = (ModelLabel("red", "Red"), ModelLabel("green", "Green"), ModelLabel("blue", "Blue"))


class SumNetwork:
    """A network whose logits are the picture's mean colours."""

    def __init__(self, model: bytes, input_size: int, explains: bool) -> None:
        self.model = model
        self.input_size = input_size
        self.explains = explains

    def explained(
        self, images: NDArray[np.uint8]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Each of four places adds a quarter of its own mean colour."""
        half = self.input_size // 2
        split = images.reshape(len(images), 2, half, 2, half, 3).mean(axis=(2, 4)) / 4
        return self.logits(images), split.transpose(0, 3, 1, 2).astype(np.float32)

    def logits(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        assert images.shape[1:] == (self.input_size, self.input_size, 3)
        means: NDArray[np.float32] = images.mean(axis=(1, 2), dtype=np.float32)
        return means


class Shelf:
    """A recogniser and what it has stored."""

    def __init__(self, backbone: Backbone) -> None:
        self.backbone = backbone
        self.blobs = MemoryBlobs()
        self.networks: list[bytes] = []
        self.explains = True
        self.recognizer = VisionRecognizer(backbone, self.blobs, self._network, 1, 1000)

    def _network(self, model: bytes, input_size: int) -> Any:
        self.networks.append(model)
        return SumNetwork(model, input_size, self.explains)

    def store(self, kind: ArtifactKind, data: bytes, temperature: float = 1.0) -> Artifact:
        sha256 = hashlib.sha256(data).hexdigest()
        self.blobs.objects[sha256] = data
        return Artifact(
            kind=kind,
            key=sha256,
            sha256=sha256,
            size_bytes=len(data),
            backbone=self.backbone.name if kind is ArtifactKind.HEAD else "",
            input_size=224 if kind is ArtifactKind.HEAD else 32,
            temperature=temperature,
            labels=LABELS,
        )

    def answer(self, artifact: Artifact, *pictures: bytes) -> list[list[float]]:
        inputs = [self.recognizer.decode(data, artifact.input_size) for data in pictures]
        with self.recognizer.ready(artifact) as model:
            return [list(row) for row in model.answer(self.recognizer.batch(inputs))]


@pytest.fixture(scope="module")
def backbone() -> Backbone:
    return Backbone.load("lite0-int8")


@pytest.fixture
def shelf(backbone: Backbone) -> Shelf:
    return Shelf(backbone)


def some_head(dim: int) -> FittedHead:
    weights = np.random.default_rng(1).normal(size=(dim + 1, 3)).astype(np.float32)
    return FittedHead(weights, 1.0, np.empty(0, np.int64), np.empty((0, 3), np.float32))


def test_answers_with_the_backbone_a_head_and_its_temperature(shelf: Shelf) -> None:
    head = some_head(shelf.backbone.dim)
    artifact = shelf.store(ArtifactKind.HEAD, head_to_bytes(head.weights), temperature=2.5)
    pictures = [encoded(224, 224), encoded(224, 224, (10, 10, 240))]
    found = shelf.answer(artifact, *pictures)
    pixels = np.stack([np.full((224, 224, 3), c, np.uint8) for c in ((200, 30, 30), (10, 10, 240))])
    embeddings = shelf.backbone.embed(pixels)
    expected = softmax(logits(head.weights, embeddings), 2.5)
    assert np.allclose(found, expected, atol=1e-4)
    assert np.allclose(np.sum(found, axis=1), 1)


def test_answers_with_a_network_of_its_own_and_loads_it_once(shelf: Shelf) -> None:
    artifact = shelf.store(ArtifactKind.NETWORK, b"onnx", temperature=100.0)
    for _ in range(2):
        (row,) = shelf.answer(artifact, encoded(50, 40, (255, 0, 0)))
        assert np.allclose(row, softmax(np.array([[255.0, 0, 0]]), 100.0)[0])
    assert shelf.networks == [b"onnx"]


def test_each_tag_has_a_probability_of_its_own(shelf: Shelf) -> None:
    stored = shelf.store(ArtifactKind.NETWORK, b"onnx", temperature=100.0)
    artifact = replace(stored, task_type=TaskType.MULTI_LABEL)
    (row,) = shelf.answer(artifact, encoded(50, 40, (255, 255, 0)))
    assert np.allclose(row, sigmoid(np.array([2.55, 2.55, 0])))


def test_the_output_of_a_regression_is_the_value(shelf: Shelf) -> None:
    stored = shelf.store(ArtifactKind.NETWORK, b"onnx")
    artifact = replace(stored, task_type=TaskType.REGRESSION)
    (row,) = shelf.answer(artifact, encoded(50, 40, (250, 60, 0)))
    assert np.allclose(row, [250, 60, 0])


class CountedBackbone:
    """A backbone that counts how often it runs."""

    def __init__(self, backbone: Backbone) -> None:
        self._backbone = backbone
        self.name, self.dim = backbone.name, backbone.dim
        self.runs: list[str] = []

    def embed(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.runs.append("embed")
        return self._backbone.embed(images)

    def look(self, images: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        self.runs.append("look")
        return self._backbone.look(images)


def several_heads(shelf: Shelf, count: int) -> list[Artifact]:
    chance = np.random.default_rng(1)
    size = (shelf.backbone.dim + 1, 3)
    heads = [chance.normal(size=size).astype(np.float32) for _ in range(count)]
    return [shelf.store(ArtifactKind.HEAD, head_to_bytes(head)) for head in heads]


def test_the_backbone_runs_once_for_all_heads_that_answer_a_batch(backbone: Backbone) -> None:
    counted: Any = CountedBackbone(backbone)
    shelf = Shelf(counted)
    heads = several_heads(shelf, 3)
    pictures = [encoded(224, 224), encoded(64, 64, (10, 10, 240))]
    apart = [shelf.answer(head, *pictures) for head in heads]
    assert counted.runs == ["embed"] * 3
    batch = shelf.recognizer.batch(
        [shelf.recognizer.decode(one, heads[0].input_size) for one in pictures]
    )
    together = []
    for head in heads:
        with shelf.recognizer.ready(head) as model:
            together.append([list(row) for row in model.answer(batch)])
    assert counted.runs == ["embed"] * 4
    assert together == apart
    assert apart[0] != apart[1]


def test_the_backbone_looks_once_for_all_heads_that_explain_a_batch(backbone: Backbone) -> None:
    counted: Any = CountedBackbone(backbone)
    shelf = Shelf(counted)
    heads = several_heads(shelf, 2)
    picture = shelf.recognizer.decode(encoded(64, 64, (10, 10, 240)), heads[0].input_size)
    batch = shelf.recognizer.batch([picture])
    for head in heads:
        with shelf.recognizer.ready(head) as model:
            outputs, maps = model.explain(batch, None)
            assert len(outputs) == len(maps) == 1
    assert counted.runs == ["look"]


@pytest.mark.parametrize("task_type", TaskType)
@pytest.mark.parametrize("kind", ArtifactKind)
def test_the_places_and_the_base_add_up_to_what_is_answered(
    shelf: Shelf, kind: ArtifactKind, task_type: TaskType
) -> None:
    head = head_to_bytes(some_head(shelf.backbone.dim).weights)
    stored = shelf.store(kind, head if kind is ArtifactKind.HEAD else b"onnx", temperature=20.0)
    temperature = 1.0 if task_type is TaskType.REGRESSION else 20.0
    artifact = replace(stored, task_type=task_type, temperature=temperature)
    picture = shelf.recognizer.decode(encoded(64, 64, (250, 60, 30)), artifact.input_size)
    with shelf.recognizer.ready(artifact) as model:
        batch = shelf.recognizer.batch([picture])
        (row,), (heat_map,) = model.explain(batch, 1)
        assert np.allclose(row, model.answer(batch)[0])
    assert heat_map is not None
    found = heat_map.base + np.sum(heat_map.contributions)
    if task_type is TaskType.REGRESSION:
        assert found == pytest.approx(row[1])
    elif task_type is TaskType.MULTI_LABEL:
        assert found == pytest.approx(np.log(row[1] / (1 - row[1])), abs=1e-4)
    else:
        assert found == pytest.approx(np.log(row[1]) - np.mean(np.log(row)), abs=1e-4)


def test_without_a_wish_each_pictures_best_label_is_explained(shelf: Shelf) -> None:
    artifact = shelf.store(ArtifactKind.NETWORK, b"onnx", temperature=100.0)
    pictures = [
        shelf.recognizer.decode(encoded(50, 40, colour), artifact.input_size)
        for colour in ((250, 60, 0), (0, 60, 250))
    ]
    with shelf.recognizer.ready(artifact) as model:
        _, maps = model.explain(shelf.recognizer.batch(pictures), None)
    assert [one and one.column for one in maps] == [0, 2]


def test_a_network_of_before_explanations_answers_without_one(shelf: Shelf) -> None:
    artifact = shelf.store(ArtifactKind.NETWORK, b"onnx", temperature=100.0)
    picture = shelf.recognizer.decode(encoded(50, 40, (250, 60, 0)), artifact.input_size)
    shelf.explains = False
    with shelf.recognizer.ready(artifact) as model:
        (row,), maps = model.explain(shelf.recognizer.batch([picture]), None)
    assert maps == [None]
    assert row[0] > row[1] > row[2]


def test_refuses_content_that_is_not_what_was_published(shelf: Shelf) -> None:
    artifact = shelf.store(ArtifactKind.NETWORK, b"onnx")
    shelf.blobs.objects[artifact.key] = b"other"
    with pytest.raises(ModelBroken):
        shelf.answer(artifact, encoded(8, 8))
    assert shelf.networks == []


def test_does_not_tell_the_caller_of_a_lost_artifact_as_of_an_unknown_task(shelf: Shelf) -> None:
    artifact = shelf.store(ArtifactKind.NETWORK, b"onnx")
    shelf.blobs.objects.clear()
    with pytest.raises(ModelBroken):
        shelf.answer(artifact, encoded(8, 8))


def test_refuses_a_head_of_another_backbone(shelf: Shelf) -> None:
    artifact = shelf.store(ArtifactKind.HEAD, head_to_bytes(some_head(shelf.backbone.dim).weights))
    with pytest.raises(ModelBroken):
        shelf.answer(replace(artifact, backbone="lite9"), encoded(8, 8))


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (encoded(640, 480), (640, 480)),
        (encoded(3000, 2000, picture_format="JPEG"), (3000, 2000)),
        (encoded(3000, 2000, picture_format="JPEG", orientation=6), (2000, 3000)),
        (encoded(3000, 2000, picture_format="JPEG", orientation=3), (3000, 2000)),
        (encoded(640, 480, orientation=8), (480, 640)),
        (encoded(1, 1, picture_format="GIF"), (1, 1)),
        (encoded(31, 17, picture_format="WEBP"), (31, 17)),
        (encoded(600, 400, picture_format="JPEG").replace(b"II*", b"XX*"), (600, 400)),
    ],
)
def test_tells_the_size_as_displayed(shelf: Shelf, data: bytes, size: tuple[int, int]) -> None:
    artifact = shelf.store(ArtifactKind.NETWORK, b"onnx")
    picture = shelf.recognizer.decode(data, artifact.input_size)
    assert (picture.width, picture.height) == size
    assert picture.pixels.shape == (32, 32, 3)


def test_refuses_sixty_megapixels_unseen(shelf: Shelf) -> None:
    artifact = shelf.store(ArtifactKind.NETWORK, b"onnx")
    with pytest.raises(InvalidPicture, match="pixels"):
        shelf.recognizer.decode(png_header(10_000, 6_000), artifact.input_size)


@pytest.mark.parametrize("data", [b"x", b"%PDF-1.7", encoded(64, 64)[:60], png_header(8, 8)])
def test_refuses_what_is_no_picture(shelf: Shelf, data: bytes) -> None:
    artifact = shelf.store(ArtifactKind.NETWORK, b"onnx")
    with pytest.raises(InvalidPicture):
        shelf.recognizer.decode(data, artifact.input_size)
