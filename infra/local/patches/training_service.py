"""SageMaker training jobs, and Step Functions' `.sync` of them.

The emulator has no SageMaker. The service is this project's own (`infra/local/training_jobs`); this
module only makes the emulator's router and state machines know it.
"""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from ministack import app
from ministack.core import router
from ministack.services import stepfunctions

from infra.local.training_jobs.failures import RequestRefused
from infra.local.training_jobs.protocol import answer, call
from infra.local.training_jobs.service import TrainingJobs

RESOURCE = "arn:aws:states:::sagemaker:createTrainingJob"
# What the SDK that Step Functions uses knows by name; all else is its general exception.
NAMED = frozenset({"ResourceInUse", "ResourceLimitExceeded", "ResourceNotFound"})


def apply() -> Callable[[], None]:
    """Serve the API; returns what stops the jobs."""
    jobs = TrainingJobs.from_environment()

    async def handle(
        _method: str, _path: str, headers: dict[str, str], body: bytes, _query: object
    ) -> tuple[int, dict[str, str], bytes]:
        return await asyncio.to_thread(answer, jobs, headers.get("x-amz-target", ""), body)

    app.SERVICE_HANDLERS["sagemaker"] = handle
    router.SERVICE_PATTERNS["sagemaker"] = {
        "target_prefixes": ["SageMaker."],
        "host_patterns": [r"api\.sagemaker\."],
    }
    stepfunctions._SERVICE_DISPATCH[RESOURCE] = lambda resource, given: _run(jobs, resource, given)
    return jobs.stop_all


def _run(jobs: TrainingJobs, resource: str, given: dict[str, Any]) -> dict[str, Any]:
    try:
        created = call(jobs, "CreateTrainingJob", given)
    except RequestRefused as refused:
        name = refused.code if refused.code in NAMED else "AmazonSageMaker"
        raise stepfunctions._ExecutionError(f"SageMaker.{name}Exception", str(refused)) from refused
    if not resource.endswith(".sync"):
        return created
    described = jobs.wait(given["TrainingJobName"])
    if described["TrainingJobStatus"] != "Completed":
        raise stepfunctions._ExecutionError("States.TaskFailed", json.dumps(described))
    return described
