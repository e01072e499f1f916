"""A process that asks the deployed handler about model after model, and says what memory it took.

`python -m tests.functional.inference.hold_in_memory heads 1000 400` (how many, labels of each), or
`networks 50 10 2` (how many, labels, how often all of them in turn). The last line is JSON.
"""

import base64
import json
import sys
from collections.abc import Callable, Sequence

import numpy as np
import onnx
from onnx import helper, numpy_helper
from oriel.domain.model import ArtifactKind
from oriel_vision.backbone import read_backbone
from oriel_vision.head import head_to_bytes

from tests.bench.speed.memory import peak_mib, resident_mib
from tests.fakes.deployed_inference import Content, DeployedInference, answered, some_weights
from tests.unit.inference.pictures import encoded

SIDE, DIM = 224, 1280
MARK = 12345.678
"""A weight of the network's head that the file has once, so that another can stand in its place."""


def heads(count: int, labels: int) -> dict[str, object]:
    """Ask so many tasks, each with a head of its own, one after the other."""
    weights = some_weights(labels)

    def content(number: int) -> Content:
        def make() -> bytes:
            own = weights.copy()
            own[0, 0] = number
            return head_to_bytes(own)

        return Content.of(make)

    inference = _started()
    tasks = [
        inference.publish(ArtifactKind.HEAD, content(number), labels, SIDE)
        for number in range(count)
    ]
    return _asked(inference, tasks, rounds=1)


def networks(count: int, labels: int, rounds: int) -> dict[str, object]:
    """Ask so many tasks, each with a network of its own, all of them in turn and again."""
    file = network(labels)
    place = file.index(np.float32(MARK).tobytes())

    def content(number: int) -> Content:
        own = np.float32(number).tobytes()
        return Content.of(lambda: file[:place] + own + file[place + len(own) :])

    inference = _started()
    tasks = [
        inference.publish(ArtifactKind.NETWORK, content(number), labels, SIDE)
        for number in range(count)
    ]
    return _asked(inference, tasks, rounds)


def network(labels: int) -> bytes:
    """Return a network as large as a fine-tuned one: the float backbone with a head inside."""
    model = onnx.load_from_string(read_backbone("lite0-fp32")[0])
    weights = some_weights(labels, DIM)[:-1]
    weights[0, 0] = MARK
    graph = model.graph
    graph.initializer.append(numpy_helper.from_array(weights, "head"))
    graph.node.append(helper.make_node("MatMul", ["embedding", "head"], ["logits"]))
    del graph.output[:]
    graph.output.append(
        helper.make_tensor_value_info("logits", onnx.TensorProto.FLOAT, ["n", labels])
    )
    file: bytes = model.SerializeToString()
    return file


def _started() -> DeployedInference:
    inference = DeployedInference()
    inference.start()
    return inference


def _asked(inference: DeployedInference, tasks: Sequence[str], rounds: int) -> dict[str, object]:
    """Ask each task of one picture; return MiB, and of how many tasks the first label differs."""
    before = resident_mib()
    record = {"_base64": base64.b64encode(encoded(64, 48, picture_format="JPEG")).decode()}
    after_rounds, loaded = [], 0
    for _ in range(rounds):
        for task in tasks:
            (one,) = answered(inference.send(inference.event(task, [record])))
            loaded += bool(one["labels"])
        after_rounds.append(resident_mib())
    return {
        "before_mib": before,
        "after_rounds_mib": after_rounds,
        "peak_mib": peak_mib(),
        "answers": loaded,
        "loads": inference.aws.calls["GetObject"],
    }


if __name__ == "__main__":
    ways: dict[str, Callable[..., dict[str, object]]] = {"heads": heads, "networks": networks}
    print(json.dumps(ways[sys.argv[1]](*map(int, sys.argv[2:]))))  # noqa: T201
