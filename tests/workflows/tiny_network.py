"""The smallest ONNX file that answers as a trained network does, written by hand.

It answers the mean of a picture's red and of its blue. Field numbers are those of onnx.proto
(https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
"""

import struct

SIZE = 32
FLOAT, UINT8 = 1, 2
INT, INTS = 2, 7
WEIGHTS = (1 / 255, 0.0, 0.0, 0.0, 0.0, 1 / 255)


def network() -> bytes:
    """Take `image` uint8 [n, 32, 32, 3] and answer `logits` float32 [n, 2]."""
    graph = (
        _node("Cast", ["image"], "float", _attribute("to", INT, _number(3, FLOAT)))
        + _node(
            "ReduceMean", ["float"], "mean", _axes() + _attribute("keepdims", INT, _number(3, 0))
        )
        + _node("MatMul", ["mean", "weights"], "logits")
        + _text(2, "tiny")
        + _message(5, _weights())
        + _message(11, _value("image", UINT8, [None, SIZE, SIZE, 3]))
        + _message(12, _value("logits", FLOAT, [None, 2]))
    )
    return _number(1, 8) + _message(8, _text(1, "") + _number(2, 13)) + _message(7, graph)


def _axes() -> bytes:
    return _attribute("axes", INTS, _number(8, 1) + _number(8, 2))


def _node(kind: str, inputs: list[str], output: str, attributes: bytes = b"") -> bytes:
    named = b"".join(_text(1, name) for name in inputs) + _text(2, output)
    return _message(1, named + _text(4, kind) + attributes)


def _attribute(name: str, kind: int, value: bytes) -> bytes:
    return _message(5, _text(1, name) + _number(20, kind) + value)


def _weights() -> bytes:
    data = struct.pack("<6f", *WEIGHTS)
    return _number(1, 3) + _number(1, 2) + _number(2, FLOAT) + _text(8, "weights") + _bytes(9, data)


def _value(name: str, kind: int, shape: list[int | None]) -> bytes:
    sizes = (_text(2, "n") if size is None else _number(1, size) for size in shape)
    dimensions = b"".join(_message(1, size) for size in sizes)
    return _text(1, name) + _message(2, _message(1, _number(1, kind) + _message(2, dimensions)))


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


_message = _bytes


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())


def _varint(value: int) -> bytes:
    groups = []
    while value > 0x7F:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*groups, value])
