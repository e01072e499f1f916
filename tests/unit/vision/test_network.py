from pathlib import Path

import numpy as np
import pytest
from oriel_vision.backbone import FOLDER
from oriel_vision.network import Network, UnusableNetwork

TINY = (Path(__file__).parent / "data" / "tiny.onnx").read_bytes()
"""Mean colour times [[1, 0], [0, 1], [0, 0.5]], of 4 x 4 pixels."""


def test_a_network_answers_a_row_of_logits_a_picture() -> None:
    batch = np.zeros((2, 4, 4, 3), np.uint8)
    batch[0] = (10, 20, 30)
    batch[1, :2] = (100, 0, 0)
    rows = Network(TINY, 4).logits(batch)
    assert rows.dtype == np.float32
    assert rows.tolist() == [[10.0, 35.0], [50.0, 0.0]]


def test_bytes_that_are_no_network_are_refused() -> None:
    with pytest.raises(UnusableNetwork, match="cannot load"):
        Network(b"not a network", 4)


def test_a_truncated_network_is_refused() -> None:
    with pytest.raises(UnusableNetwork):
        Network(TINY[: len(TINY) // 2], 4)


def test_a_network_of_another_input_size_is_refused() -> None:
    with pytest.raises(UnusableNetwork, match="8 x 8"):
        Network(TINY, 8)


def test_a_network_that_gives_no_logits_is_refused() -> None:
    with pytest.raises(UnusableNetwork, match="logits"):
        Network((FOLDER / "lite0" / "int8.onnx").read_bytes(), 224)
