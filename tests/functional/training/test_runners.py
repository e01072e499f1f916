import io

import numpy as np
import pytest
from oriel.domain.errors import TrainingFailed
from PIL import Image

from functions.training_evaluate.runners import NumpyHeads, OnnxNetworks
from functions.training_fit_head.solver import RidgeSolver
from tests.workflows.tiny_network import SIZE, network


def picture(colour: tuple[int, int, int]) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (SIZE, SIZE), colour).save(buffer, "PNG")
    return buffer.getvalue()


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
    head = RidgeSolver().solve(vectors, targets, 3)
    rows = NumpyHeads().logits(head.data, vectors)
    assert np.argmax(rows, axis=1).tolist() == targets


def test_no_pictures_give_no_rows() -> None:
    assert NumpyHeads().logits(b"", []) == []
