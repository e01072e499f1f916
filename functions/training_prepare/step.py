"""What goes into the Prepare step and what comes out: the words of the state machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from oriel.domain.model import job_name
from oriel.domain.snapshot import canonical_json
from oriel.domain.training import TrainingOptions, TrainingRun, job_options
from oriel.observability import logger
from oriel.services.prepare import Prepare, Prepared

JOB_OVERHEAD_SECONDS = 1800
"""What a job needs beside its time budget: loading pictures, export, evaluation."""
SPOT_PATIENCE_SECONDS = 4 * 3600
"""How long a job may wait for spot capacity, all interruptions together."""


@dataclass(frozen=True, slots=True)
class Places:
    """Names of the buckets that the training job reads and writes."""

    datasets_bucket: str
    models_bucket: str


def run(event: Mapping[str, Any], prepare: Prepare, places: Places) -> dict[str, Any]:
    """Prepare a training; the result names things and holds none."""
    prepared = prepare(_run_of(event))
    result = _result(prepared)
    logger.info("training prepared", extra=result)
    return {**result, **_job(prepared, places)}


def _run_of(event: Mapping[str, Any]) -> TrainingRun:
    return TrainingRun(
        workspace_id=event["workspace_id"],
        task_id=event["task_id"],
        model_id=event["model_id"],
        options=TrainingOptions.from_document(event["options"]),
    )


def _result(prepared: Prepared) -> dict[str, Any]:
    run = prepared.run
    return {
        "workspace_id": run.workspace_id,
        "task_id": run.task_id,
        "model_id": run.model_id,
        "mode": run.options.mode.value,
        "snapshot_key": prepared.snapshot_key,
        "train_count": prepared.train_count,
        "test_count": prepared.test_count,
        "left_out": dict(prepared.left_out),
    }


def _job(prepared: Prepared, places: Places) -> dict[str, Any]:
    options = prepared.run.options
    name = job_name(prepared.run.model_id)
    longest = options.time_budget_seconds + JOB_OVERHEAD_SECONDS
    return {
        "job_name": name,
        "snapshot_uri": f"s3://{places.datasets_bucket}/{prepared.snapshot_key}",
        "manifest_uri": f"s3://{places.datasets_bucket}/{prepared.manifest_key}",
        "output_uri": f"s3://{places.models_bucket}/training-jobs/",
        "checkpoint_uri": f"s3://{places.models_bucket}/checkpoints/{name}/",
        "max_runtime_seconds": longest,
        "max_wait_seconds": longest + SPOT_PATIENCE_SECONDS,
        "job_options": canonical_json(job_options(options)).decode(),
    }
