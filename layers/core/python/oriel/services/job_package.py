"""Opens what a training job left: a gzipped tar with exactly the two files that are asked for.

The job runs code of this project, but on pictures of strangers: nothing of the archive touches a
disk, names are compared and never joined to a path, and sizes are bounded before they are read.
"""

import io
import json
import math
import tarfile
import zlib
from collections.abc import Sequence
from typing import Any

from oriel.domain.errors import TrainingFailed
from oriel.domain.risk import RiskCoverage
from oriel.values import dataclass

FORMAT = 2
"""Of the report."""
MAX_PACKAGE_BYTES = 256 * 1024 * 1024
MAX_MEMBERS = 16
INPUT_SIZES = range(32, 1025)
_LIMITS = {"model.onnx": 200 * 1024 * 1024, "report.json": 4 * 1024 * 1024}
_UNREADABLE = "The training job's result cannot be read"


@dataclass(frozen=True, slots=True)
class JobPackage:
    """The network as ONNX and what its job says of it.

    `parity_logits` are the job's own answers to the pictures `parity_ids`, one row a picture.
    `risk` was measured on the pictures held out for validation, None where the job did not.
    """

    onnx: bytes
    input_size: int
    temperature: float
    parity_ids: Sequence[str]
    parity_logits: Sequence[Sequence[float]]
    notes: dict[str, Any]
    risk: RiskCoverage | None = None


def open_package(data: bytes) -> JobPackage:
    """Take model.onnx and report.json out of model.tar.gz; raises TrainingFailed."""
    try:
        files = _members(data)
        report = json.loads(files["report.json"], parse_constant=_refuse)
        return _package(files["model.onnx"], report)
    except KeyError as missing:
        raise TrainingFailed(f"{_UNREADABLE}: it has no {missing}") from None
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError, TypeError) as fault:
        raise TrainingFailed(f"{_UNREADABLE}: {type(fault).__name__}") from None


def _members(data: bytes) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
        for count, member in enumerate(archive):
            name = member.name.removeprefix("./")
            if count >= MAX_MEMBERS:
                raise TrainingFailed(f"{_UNREADABLE}: it has too many files")
            if member.isdir() and name in {"", "."}:
                continue
            if not member.isreg() or member.size > _LIMITS.get(name, -1):
                raise TrainingFailed(f"{_UNREADABLE}: it has a file that is too large or foreign")
            content = archive.extractfile(member)
            files[name] = content.read() if content else b""
    return files


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON")


def _package(onnx: bytes, report: dict[str, Any]) -> JobPackage:
    input_size, temperature = int(report["input_size"]), float(report["temperature"])
    if report["format"] != FORMAT or input_size not in INPUT_SIZES:
        raise TrainingFailed(f"{_UNREADABLE}: its report has another format")
    if not (math.isfinite(temperature) and temperature > 0):
        raise TrainingFailed(f"{_UNREADABLE}: its temperature is not a positive number")
    parity = report["parity"]
    notes = {
        f"job_{name}": report[name]
        for name in ("test", "validation", "epochs", "device", "seconds", "recipe")
        if name in report
    }
    if report.get("cost_micros") is not None:
        notes["job_cost_micros"] = int(report["cost_micros"])
    if report.get("backbone") is not None:
        notes["job_backbone"] = str(report["backbone"])
    if report.get("search") is not None:
        notes["job_search"] = dict(report["search"])
    if "onnx_parity" in report:
        notes["onnx_parity"] = float(report["onnx_parity"])
    ids = [str(image_id) for image_id in parity["image_ids"]]
    rows = [[float(value) for value in row] for row in parity["logits"]]
    if len(ids) != len(rows):
        raise TrainingFailed(f"{_UNREADABLE}: its proof of parity is incomplete")
    return JobPackage(onnx, input_size, temperature, ids, rows, notes, _risk(report.get("unseen")))


def _risk(unseen: dict[str, Any] | None) -> RiskCoverage | None:
    if unseen is None:
        return None
    confidences = [float(one) for one in unseen["confidences"]]
    return RiskCoverage.of(confidences, [bool(one) for one in unseen["right"]])
