import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import pytest
from oriel.domain.errors import TrainingFailed
from oriel_vision.file_shelf import FileShelf
from PIL import Image

from functions.training_evaluate.runners import NumpyHeads, OnnxNetworks
from functions.training_fit_head.solver import RidgeSolver
from tests.workflows.tiny_network import SIZE, network


def picture(colour: tuple[int, int, int]) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (SIZE, SIZE), colour).save(buffer, "PNG")
    return buffer.getvalue()


@contextmanager
def laid_down(vectors: Sequence[bytes]) -> Iterator[FileShelf]:
    with RidgeSolver().shelf() as shelf:
        for start in range(0, len(vectors), 7):
            shelf.add(vectors[start : start + 7])
        yield shelf


def test_a_network_answers_pictures_as_they_were_uploaded() -> None:
    running = OnnxNetworks().load(network(), SIZE)
    rows = running.logits([picture((255, 9, 0)), picture((0, 9, 51))])
    np.testing.assert_allclose(rows, [[1.0, 0.0], [0.0, 0.2]], atol=1e-6)


@pytest.mark.parametrize(("onnx", "size"), [(b"no network", SIZE), (network(), SIZE + 1)])
def test_what_is_no_such_network_fails_the_training(onnx: bytes, size: int) -> None:
    with pytest.raises(TrainingFailed, match="cannot be run"):
        OnnxNetworks().load(onnx, size)


def test_a_solved_head_answers_what_it_was_solved_on() -> None:
    random = np.random.default_rng(1)
    targets = [number % 3 for number in range(60)]
    vectors = [
        (random.normal(0, 0.1, 8) + np.eye(8)[target]).astype("<f2").tobytes() for target in targets
    ]
    with laid_down(vectors) as shelf:
        head = RidgeSolver().classes(shelf, targets, 3)
    rows = NumpyHeads().logits(head.data, vectors)
    assert np.argmax(rows, axis=1).tolist() == targets


def test_a_solved_tag_head_says_of_each_tag_whether_it_is_there() -> None:
    random = np.random.default_rng(1)
    carried = [tuple(column for column in range(2) if number >> column & 1) for number in range(40)]
    vectors = [
        (random.normal(0, 0.1, 8) + np.eye(8)[list(columns)].sum(axis=0)).astype("<f2").tobytes()
        for columns in carried
    ]
    with laid_down(vectors) as shelf:
        head = RidgeSolver().tags(shelf, carried, 2)
    rows = NumpyHeads().logits(head.data, vectors)
    assert [tuple(c for c in range(2) if row[c] > 0) for row in rows] == carried
    assert head.temperature == 1


def test_a_solved_value_head_answers_in_the_units_of_the_values() -> None:
    random = np.random.default_rng(1)
    values = [1000.0 + 5 * number for number in range(40)]
    vectors = [
        (random.normal(1, 0.01, 8) * (value - 900) ** 2 / 1e4).astype("<f2").tobytes()
        for value in values
    ]
    with laid_down(vectors) as shelf:
        head = RidgeSolver().values(shelf, values)
    rows = NumpyHeads().logits(head.data, vectors)
    assert [row[0] for row in rows] == pytest.approx(values, abs=5)


@pytest.mark.parametrize("value", [4.0, float("inf")])
def test_values_that_cannot_be_learned_fail_the_training_in_words(value: float) -> None:
    vectors = [np.full(4, number, "<f2").tobytes() for number in range(3)]
    message = "These pictures give no model: "
    with laid_down(vectors) as shelf, pytest.raises(TrainingFailed, match=message):
        RidgeSolver().values(shelf, [value] * 3)


def test_embeddings_of_two_sizes_are_not_mixed() -> None:
    with pytest.raises(ValueError, match="8 bytes among 4"), laid_down([b"1234", b"12345678"]):
        pass


def test_no_pictures_give_no_rows() -> None:
    assert NumpyHeads().logits(b"", []) == []
