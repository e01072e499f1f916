"""What a full training is worth: the job's own script in its own environment, then its network."""

import json
import os
import tempfile
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from oriel_vision.network import Network
from oriel_vision.reliability import expected_calibration_error, reliability
from oriel_vision.softmax import softmax

from infra.job_source import build_job_source
from infra.local.commands import run
from infra.local.progress import note
from infra.local.tools.job import ensure_job
from infra.local.tools.python import outside
from infra.local.training_jobs.archive import unpack_source
from tests.bench.accuracy.pictures import BATCH, Pictures, as_input

GRACE_SECONDS = 1800
"""What decoding, the test pictures and the export may take beside the time budget."""


@dataclass(frozen=True, slots=True)
class FullResult:
    """Accuracy and calibration of the network as it is served; `seconds` of the whole job."""

    accuracy: float
    seconds: float
    ece_before: float
    ece_after: float
    onnx_parity: float
    device: str
    report: dict[str, Any]


def train(training: Pictures, test: Pictures, options: dict[str, Any]) -> FullResult:
    """Run the job on these pictures and measure its network on the test pictures."""
    interpreter = ensure_job()
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        source = root / "source"
        unpack_source(build_job_source(root / "packed").read_bytes(), source)
        images, snapshot, model = (root / name for name in ("images", "snapshot", "model"))
        for folder in (images, snapshot, model):
            folder.mkdir()
        _write(images, snapshot, training, test)
        variables = {
            **outside(),
            "PYTHONUNBUFFERED": "1",
            "SM_MODEL_DIR": os.fspath(model),
            "SM_OUTPUT_DATA_DIR": os.fspath(root / "output"),
            "SM_CHANNEL_SNAPSHOT": os.fspath(snapshot),
            "SM_CHANNEL_IMAGES": os.fspath(images),
            "SM_HP_OPTIONS": json.dumps(options),
        }
        started = time.monotonic()
        run(
            [interpreter, source / "train.py"],
            what="The full training",
            timeout_seconds=options["time_budget_seconds"] + GRACE_SECONDS,
            environment=variables,
            folder=source,
            on_line=lambda line: note(f"     {line.rstrip()}"),
        )
        return _measure(model, test, time.monotonic() - started)


def _write(images: Path, snapshot: Path, training: Pictures, test: Pictures) -> None:
    items = []
    for side, pictures in (("train", training), ("test", test)):
        for number, (data, column) in enumerate(
            zip(pictures.files, pictures.targets.tolist(), strict=True)
        ):
            name, digest = f"{side}-{number}", sha256(data).hexdigest()
            (images / name).write_bytes(data)
            item = {"image_id": name, "split": side, "sha256": digest, "group": name}
            items.append({**item, "columns": [column]})
    document = {
        "format": 2,
        "task_type": "multi_class",
        "workspace_id": "bench",
        "task_id": "bench",
        "labels": [{"id": name, "name": name} for name in training.labels],
        "test_hash": "",
        "items": items,
    }
    (snapshot / "snapshot.json").write_text(json.dumps(document))


def _measure(model: Path, test: Pictures, seconds: float) -> FullResult:
    report = json.loads((model / "report.json").read_bytes())
    size = report["input_size"]
    network = Network((model / "model.onnx").read_bytes(), size, threads=os.cpu_count() or 1)
    answers = np.concatenate(
        [
            network.logits(np.stack([as_input(file, size) for file in test.files[start:][:BATCH]]))
            for start in range(0, len(test), BATCH)
        ]
    )
    return FullResult(
        accuracy=float((answers.argmax(axis=1) == test.targets).mean()),
        seconds=seconds,
        ece_before=_ece(answers, test.targets, 1.0),
        ece_after=_ece(answers, test.targets, report["temperature"]),
        onnx_parity=report["onnx_parity"],
        device=report["device"],
        report=report,
    )


def _ece(answers: NDArray[np.floating], targets: NDArray[np.int64], temperature: float) -> float:
    chances = softmax(answers, temperature)
    return expected_calibration_error(
        reliability(chances.max(axis=1), chances.argmax(axis=1) == targets)
    )
