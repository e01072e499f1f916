"""What goes into the FitHead step and what comes out: the words of the state machine."""

from collections.abc import Callable, Mapping
from typing import Any

from oriel.domain.model import Artifact
from oriel.observability import logger


def run(event: Mapping[str, Any], fit_head: Callable[[str, str], Artifact]) -> dict[str, Any]:
    """Solve a head; the result says where it lies. Its labels stay in the snapshot."""
    artifact = fit_head(event["workspace_id"], event["snapshot_key"])
    logger.info("head solved", workspace_id=event["workspace_id"], size_bytes=artifact.size_bytes)
    return {
        "artifact": {
            "kind": artifact.kind.value,
            "key": artifact.key,
            "sha256": artifact.sha256,
            "size_bytes": artifact.size_bytes,
            "backbone": artifact.backbone,
            "input_size": artifact.input_size,
            "temperature": artifact.temperature,
            "risk": None if artifact.risk is None else [list(one) for one in artifact.risk.points],
        }
    }
