"""Lets a backbone show the feature map that its embedding is the mean of."""

from pathlib import Path

import onnx
from onnx import ModelProto, TensorProto, helper

NAME = "features"


def expose(path: Path, channels: int, places: int) -> None:
    """Add the output float32 "features" [n, channels, places, places] to an ONNX file.

    It names a tensor that was there already, so embeddings are bit for bit those of before. It
    comes last: quantising a network with this output would place its scales differently.
    """
    model = onnx.load(path)
    _rename(model, _pooling(model).input[0], NAME)
    shape = ["n", channels, places, places]
    model.graph.output.append(helper.make_tensor_value_info(NAME, TensorProto.FLOAT, shape))
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


def _pooling(model: ModelProto) -> onnx.NodeProto:
    """Return the node that makes the embedding; raises ValueError where it is no mean."""
    (pooling,) = (node for node in model.graph.node if "embedding" in node.output)
    if pooling.op_type != "ReduceMean":
        raise ValueError(f"the embedding is no mean but a {pooling.op_type}")
    return pooling


def _rename(model: ModelProto, old: str, new: str) -> None:
    for node in model.graph.node:
        node.input[:] = [new if name == old else name for name in node.input]
        node.output[:] = [new if name == old else name for name in node.output]
    for known in [one for one in model.graph.value_info if one.name == old]:
        model.graph.value_info.remove(known)
