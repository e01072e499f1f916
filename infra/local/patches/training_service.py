"""SageMaker training jobs, and Step Functions' `.sync` of them.

The emulator has no SageMaker. The service is this project's own (`infra/local/training_jobs`); this
module only makes the emulator's router and state machines know it. Stopping an execution stops the
job that it waits for, as Step Functions does.
"""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
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

_EXECUTION: ContextVar[str] = ContextVar("execution")


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
    _follow_executions(jobs)
    return jobs.stop_all


def _follow_executions(jobs: TrainingJobs) -> None:
    """Let a job know its execution, and an execution that is stopped stop its job."""
    run, stop = stepfunctions._run_execution, stepfunctions._stop_execution

    def run_named(execution: str) -> None:
        _EXECUTION.set(execution)
        run(execution)

    def stop_with_job(data: dict[str, Any]) -> Any:
        reply = stop(data)
        _stop_if_aborted(jobs, data.get("executionArn", ""))
        return reply

    stepfunctions._run_execution, stepfunctions._stop_execution = run_named, stop_with_job


def _stop_if_aborted(jobs: TrainingJobs, execution: str) -> None:
    known = stepfunctions._executions.get(execution)
    if known and known["status"] == "ABORTED" and "trainingJob" in known:
        with suppress(RequestRefused):  # it has ended by itself
            jobs.stop(known["trainingJob"])


def _run(jobs: TrainingJobs, resource: str, given: dict[str, Any]) -> dict[str, Any]:
    try:
        created = call(jobs, "CreateTrainingJob", given)
    except RequestRefused as refused:
        name = refused.code if refused.code in NAMED else "AmazonSageMaker"
        raise stepfunctions._ExecutionError(f"SageMaker.{name}Exception", str(refused)) from refused
    if not resource.endswith(".sync"):
        return created
    execution = _EXECUTION.get()
    stepfunctions._executions[execution]["trainingJob"] = given["TrainingJobName"]
    _stop_if_aborted(jobs, execution)  # it may have been stopped before the job was there
    described = jobs.wait(given["TrainingJobName"])
    if described["TrainingJobStatus"] != "Completed":
        raise stepfunctions._ExecutionError("States.TaskFailed", json.dumps(described))
    return described
