"""What goes into the Prepare step and what comes out: the words of the state machine."""

from collections.abc import Mapping
from typing import Any

from oriel.domain.model import job_name
from oriel.domain.snapshot import canonical_json
from oriel.domain.training import TrainingOptions, TrainingRun, job_options
from oriel.domain.training_capacity import TrainingCapacity
from oriel.observability import logger
from oriel.services.prepare import Prepare, Prepared
from oriel.values import dataclass

SPOT_PATIENCE_SECONDS = 4 * 3600
"""How long a job may wait for spot capacity, all interruptions together."""


@dataclass(frozen=True, slots=True)
class Places:
    """Names of the buckets that the training job reads and writes."""

    datasets_bucket: str
    models_bucket: str


def run(
    event: Mapping[str, Any], prepare: Prepare, places: Places, capacity: TrainingCapacity
) -> dict[str, Any]:
    """Prepare a training; the result names things and holds none."""
    prepared = prepare(_run_of(event))
    result = _result(prepared)
    logger.info("training prepared", extra=result)
    return {**result, **_job(prepared, places, capacity)}


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


def _job(prepared: Prepared, places: Places, capacity: TrainingCapacity) -> dict[str, Any]:
    options = prepared.run.options
    name = job_name(prepared.run.model_id)
    return {
        "job_name": name,
        "snapshot_uri": f"s3://{places.datasets_bucket}/{prepared.snapshot_key}",
        "manifest_uri": f"s3://{places.datasets_bucket}/{prepared.manifest_key}",
        "output_uri": f"s3://{places.models_bucket}/training-jobs/",
        "checkpoint_uri": f"s3://{places.models_bucket}/checkpoints/{name}/",
        "instance_count": options.instance_count,
        "spot": capacity.spot,
        "stopping_condition": _stopping_condition(options, capacity),
        "job_options": canonical_json(_told(prepared, capacity)).decode(),
    }


def _stopping_condition(options: TrainingOptions, capacity: TrainingCapacity) -> dict[str, int]:
    """SageMaker takes a time to wait for spot capacity only where that is asked for."""
    longest = capacity.longest_seconds(options)
    if not capacity.spot:
        return {"MaxRuntimeInSeconds": longest}
    return {
        "MaxRuntimeInSeconds": longest,
        "MaxWaitTimeInSeconds": longest + SPOT_PATIENCE_SECONDS,
    }


def _told(prepared: Prepared, capacity: TrainingCapacity) -> dict[str, Any]:
    """Return the job's options, with the price that it reckons its costs with."""
    options = prepared.run.options
    price = capacity.price_of_all(options)
    return job_options(options, prepared.augmentation) | (
        {} if price is None else {"price_micros_per_hour": price}
    )
