"""Makes one network of what answers: pictures in, probabilities or values out."""

from collections.abc import Mapping, Sequence

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper
from oriel.domain.errors import ExportFailed
from oriel.domain.model import Artifact
from oriel.domain.task import TaskType

PICTURES = "image"
_OURS = "oriel_"
_LEAST_OPSET = 13
"""From which on Softmax works along the last axis (https://onnx.ai/onnx/operators)."""


def output_name(task_type: TaskType) -> str:
    """Name the output: a probability for each label, or the value."""
    return "values" if task_type is TaskType.REGRESSION else "probabilities"


def from_head(backbone: bytes, head: NDArray[np.float32], artifact: Artifact) -> bytes:
    """Put a head [dim + 1, labels] behind the backbone whose embeddings it stands on."""
    model = _read(backbone)
    weights = {"weights": head[:-1], "bias": head[-1]}
    model.graph.initializer.extend(
        numpy_helper.from_array(np.ascontiguousarray(array), _OURS + name)
        for name, array in weights.items()
    )
    # The signed square roots of `oriel_vision.training_features`.
    nodes = (
        _node("Sign", ["embedding"], "sign"),
        _node("Abs", ["embedding"], "abs"),
        _node("Sqrt", ["oriel_abs"], "sqrt"),
        _node("Mul", ["oriel_sign", "oriel_sqrt"], "roots"),
        _node("MatMul", ["oriel_roots", "oriel_weights"], "product"),
        _node("Add", ["oriel_product", "oriel_bias"], "logits"),
    )
    model.graph.node.extend(nodes)
    return _answering(model, "oriel_logits", artifact)


def from_network(network: bytes, artifact: Artifact) -> bytes:
    """Let a network that a training job made answer with probabilities."""
    return _answering(_read(network), "logits", artifact)


def described(onnx_file: bytes, metadata: Mapping[str, str]) -> bytes:
    """Write into the file what it is; raises ExportFailed where it is no sound network."""
    model = _read(onnx_file)
    helper.set_model_props(model, dict(metadata))
    try:
        onnx.checker.check_model(model, full_check=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as fault:
        raise ExportFailed("The exported network is not sound") from fault
    return bytes(model.SerializeToString(deterministic=True))


def _answering(model: ModelProto, logits: str, artifact: Artifact) -> bytes:
    """Let `logits`, divided by the temperature, become the only output."""
    if next((o.version for o in model.opset_import if o.domain == ""), 0) < _LEAST_OPSET:
        raise ExportFailed("The network is written in too old a version of ONNX")
    answer = output_name(artifact.task_type)
    model.graph.node.extend(_meaning(model, logits, artifact, answer))
    # What else a network tells, as its feature map, only serving asks for.
    del model.graph.output[:]
    shape: list[str | int | None] = ["n", len(artifact.labels)]
    model.graph.output.append(helper.make_tensor_value_info(answer, TensorProto.FLOAT, shape))
    return bytes(model.SerializeToString())


def _meaning(
    model: ModelProto, logits: str, artifact: Artifact, answer: str
) -> Sequence[NodeProto]:
    if artifact.task_type is TaskType.REGRESSION:
        return (helper.make_node("Identity", [logits], [answer]),)
    temperature = np.array([artifact.temperature], np.float32)
    model.graph.initializer.append(numpy_helper.from_array(temperature, f"{_OURS}temperature"))
    scaled = _node("Div", [logits, f"{_OURS}temperature"], "scaled")
    if artifact.task_type is TaskType.MULTI_LABEL:
        return scaled, helper.make_node("Sigmoid", [f"{_OURS}scaled"], [answer])
    return scaled, helper.make_node("Softmax", [f"{_OURS}scaled"], [answer], axis=-1)


def _node(kind: str, inputs: Sequence[str], output: str) -> NodeProto:
    return helper.make_node(kind, inputs, [_OURS + output], name=_OURS + output)


def _read(data: bytes) -> ModelProto:
    return onnx.load_from_string(data)
