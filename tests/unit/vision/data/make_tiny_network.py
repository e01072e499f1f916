"""Makes tiny.onnx: the mean colour of 4 x 4 pixels times a matrix. Needs `onnx`.

logits = mean(pixels) @ [[1, 0], [0, 1], [0, 0.5]]
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

matrix = np.array([[1, 0], [0, 1], [0, 0.5]], np.float32)
graph = helper.make_graph(
    [
        helper.make_node("Cast", ["image"], ["pixels"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["pixels"], ["mean"], axes=[1, 2], keepdims=0),
        helper.make_node("MatMul", ["mean", "matrix"], ["logits"]),
    ],
    "tiny",
    [helper.make_tensor_value_info("image", TensorProto.UINT8, ["n", 4, 4, 3])],
    [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", 2])],
    [numpy_helper.from_array(matrix, "matrix")],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
onnx.checker.check_model(model)
Path(__file__).with_name("tiny.onnx").write_bytes(model.SerializeToString())
