"""Models as items; artifact and metrics are kept as JSON text."""

import json
from dataclasses import asdict
from typing import Any

from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.keys import model_key, models_of
from oriel.domain.clock import from_iso, to_iso
from oriel.domain.export import Export
from oriel.domain.model import Artifact, ArtifactKind, Model, ModelLabel, TrainMode
from oriel.domain.risk import RiskCoverage
from oriel.domain.task import TaskType, TrainStatus


def model_to_item(model: Model) -> Item:
    """Write a model, listed below its task."""
    return {
        **model_key(model.workspace_id, model.id),
        **models_of(model.workspace_id, model.task_id).place(model.created, model.id),
        "id": model.id,
        "workspace_id": model.workspace_id,
        "task_id": model.task_id,
        "task_name": model.task_name,
        "mode": model.mode.value,
        "created": to_iso(model.created),
        "published_version": model.version,
        "train_status": model.train_status.value,
        "snapshot_key": model.snapshot_key,
        "failure": model.failure,
        "finished": None if model.finished is None else to_iso(model.finished),
        "production_reason": model.production_reason,
        **evaluated_attributes(model),
        **exported_attributes(model.export),
    }


def evaluated_attributes(model: Model) -> Item:
    """Write what the evaluation finds out of a model."""
    artifact = model.artifact
    return {
        "artifact": None if artifact is None else _to_text(asdict(artifact)),
        "accuracy": model.accuracy,
        "metrics": _to_text(dict(model.metrics)),
    }


def exported_attributes(export: Export | None) -> Item:
    """Write what became of a model's export."""
    return {"export": None if export is None else _to_text(asdict(export))}


def _to_text(content: dict[str, Any]) -> str:
    # Escapes would take up to twice the room, and all of a model must fit into one item.
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def model_from_item(item: Item) -> Model:
    """Read a model."""
    return Model(
        id=item["id"],
        workspace_id=item["workspace_id"],
        task_id=item["task_id"],
        task_name=item["task_name"],
        mode=TrainMode(item["mode"]),
        created=from_iso(item["created"]),
        version=item.get("published_version"),
        train_status=TrainStatus(item["train_status"]),
        artifact=_artifact(item.get("artifact")),
        accuracy=float(item["accuracy"]) if "accuracy" in item else None,
        metrics=json.loads(item["metrics"]),
        snapshot_key=item.get("snapshot_key"),
        failure=item.get("failure"),
        finished=from_iso(item["finished"]) if "finished" in item else None,
        export=Export(**json.loads(item["export"])) if "export" in item else None,
        production_reason=item.get("production_reason"),
    )


def _artifact(text: str | None) -> Artifact | None:
    if text is None:
        return None
    content: dict[str, Any] = json.loads(text)
    labels = tuple(ModelLabel(**label) for label in content.pop("labels"))
    # Models that were published before there were other types do not say theirs.
    task_type = TaskType(content.pop("task_type", TaskType.MULTI_CLASS))
    kind = ArtifactKind(content.pop("kind"))
    risk = RiskCoverage.from_points((content.pop("risk", None) or {}).get("points"))
    return Artifact(**content, kind=kind, labels=labels, task_type=task_type, risk=risk)
