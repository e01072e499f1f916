"""How long a caller waits for the first answer of a process that did not exist before.

Each run is a process: the inference function behind Lambda's own runtime client, with the layers of
a deployment; a handler that does nothing, the same way; and a script that does nothing but what
ONNX Runtime needs for the same picture, backbone and head. The three take turns, so that a machine
that becomes slower does so for all. Everything is in the file cache: what Lambda takes to fetch the
code and to start a sandbox is AWS's, and is not measured here.
"""

import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from infra.repository import VISION_LAYER
from infra.runtime import LAMBDA_PYTHON
from tests.bench.speed.deployed import Layout, lay_out
from tests.bench.speed.runtime_api import PATIENCE_SECONDS, Answered, runtime_api
from tests.bench.speed.scene import BUCKET, Scene

MEMORY_MIB = 1769
"""Of the deployed function: one core's worth."""
HANDLER = "functions.inference.handler.handler"
AS_LAMBDA = "from awslambdaric.__main__ import main; main(sys.argv)"
EMPTY = "def handler(event, context):\n    return {'statusCode': 200}\n"
BARE = """
import numpy as np
import onnxruntime as ort
from PIL import Image

backbone, head, picture = sys.argv[1:]
options = ort.SessionOptions()
options.intra_op_num_threads = 1
session = ort.InferenceSession(backbone, options, providers=["CPUExecutionProvider"])
weights = np.load(head)
with Image.open(picture) as image:
    square = image.convert("RGB").resize((224, 224), Image.Resampling.BILINEAR)
(embedding,) = session.run(["embedding"], {"image": np.asarray(square)[None]})
logits = np.sign(embedding) * np.sqrt(np.abs(embedding)) @ weights[:-1] + weights[-1]
chances = np.exp(logits - logits.max())
print((chances / chances.sum()).tolist(), flush=True)
"""
"""The least that answers: no event, no tables, no bucket, no checks."""
LAMBDA = {"AWS_EXECUTION_ENV": f"AWS_Lambda_python{LAMBDA_PYTHON}", "PATH": os.defpath}
"""What Lambda says of itself; its runtime client asks for events as the cloud's does."""
OK = 200


class WrongAnswer(Exception):
    """A process answered something else than was asked for; the message is the answer."""


@dataclass(frozen=True, slots=True)
class ColdResult:
    """Medians in seconds from the start of a process to the last byte of its answer.

    `cold_seconds` is the function's, `bare_seconds` the script's, `empty_seconds` that of a handler
    that does nothing. `ratio` is the function's to the script's.
    """

    cold_seconds: float
    bare_seconds: float
    empty_seconds: float
    ratio: float


def cold(runs: int) -> ColdResult:
    """Measure each kind of process `runs` times; the first of each only fills the file cache."""
    scene = Scene.new()
    with tempfile.TemporaryDirectory() as name, scene.stored() as aws:
        folder = Path(name)
        layout = lay_out(folder)
        kinds: tuple[Callable[[], float], ...] = (
            lambda: function_seconds(layout, scene, aws.endpoint),
            _bare(layout, scene, folder),
            _empty(layout, folder),
        )
        rounds = [[measure() for measure in kinds] for _ in range(runs + 1)]
    cold_seconds, bare, empty = (statistics.median(one) for one in zip(*rounds[1:], strict=True))
    return ColdResult(cold_seconds, bare, empty, cold_seconds / bare)


def function_seconds(layout: Layout, scene: Scene, endpoint: str) -> float:
    """Return how long the function takes to classify; raises WrongAnswer where it does not."""
    begun, answered = first_answer(layout, HANDLER, scene.event(), _environment(endpoint))
    reply = answered.content
    if reply.get("statusCode") != OK or len(json.loads(reply["body"])["records"]) != 1:
        raise WrongAnswer(str(reply))
    return answered.at - begun


def first_answer(
    layout: Layout, handler: str, event: dict[str, object], environment: dict[str, str]
) -> tuple[float, Answered]:
    """Start a handler as Lambda does, and return when that was and what it answered."""
    with runtime_api(event) as api:
        begun = time.perf_counter()
        process = subprocess.Popen(
            layout.command(AS_LAMBDA, handler),
            env={**environment, **LAMBDA, "AWS_LAMBDA_RUNTIME_API": api.address},
            stdout=subprocess.DEVNULL,
        )
        try:
            return begun, api.answered.result(PATIENCE_SECONDS)
        finally:
            process.kill()
            process.wait()


def _empty(layout: Layout, folder: Path) -> Callable[[], float]:
    task = folder / "empty"
    task.mkdir()
    (task / "nothing.py").write_text(EMPTY)
    alone = Layout(task, layout.opt, layout.runtime)

    def measure() -> float:
        begun, answered = first_answer(alone, "nothing.handler", {}, {})
        return answered.at - begun

    return measure


def _bare(layout: Layout, scene: Scene, folder: Path) -> Callable[[], float]:
    head, picture = folder / "head.npy", folder / "picture.jpg"
    head.write_bytes(scene.head)
    picture.write_bytes(scene.picture)
    backbone = VISION_LAYER / "python" / "oriel_vision" / "backbones" / "lite0" / "int8.onnx"
    command = layout.command(BARE, str(backbone), str(head), str(picture))

    def measure() -> float:
        begun = time.perf_counter()
        with subprocess.Popen(command, env={}, stdout=subprocess.PIPE) as process:
            line = process.stdout.readline() if process.stdout else b""
            seconds = time.perf_counter() - begun
        if process.returncode or not line:
            raise WrongAnswer(f"the bare script ended with {process.returncode}")
        return seconds

    return measure


def _environment(endpoint: str) -> dict[str, str]:
    """Return what Lambda and the deployment tell the function."""
    return {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(MEMORY_MIB),
        "AWS_LAMBDA_FUNCTION_NAME": "inference",
        "CORE_TABLE": "core",
        "USAGE_TABLE": "usage",
        "MODELS_BUCKET": BUCKET,
        "IMAGES_BUCKET": "images",
        "OPENBLAS_NUM_THREADS": "1",
        "USAGE_OUTBOX_URL": f"{endpoint}/outbox",
        "SHADOW_QUEUE_URL": f"{endpoint}/shadows",
        "POWERTOOLS_SERVICE_NAME": "inference",
        "POWERTOOLS_METRICS_NAMESPACE": "Oriel",
    }
