"""The service's wire protocol: JSON 1.1, checked against botocore's model of the real service."""

import functools
import json
from typing import Any

import botocore.session
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from infra.local.training_jobs.failures import RequestRefused
from infra.local.training_jobs.service import TrainingJobs

CONTENT_TYPE = "application/x-amz-json-1.1"


def answer(jobs: TrainingJobs, target: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body for one call; `target` is the header x-amz-target."""
    try:
        reply = call(jobs, target.rpartition(".")[2], json.loads(body or b"{}"))
    except RequestRefused as refused:
        reply = {"__type": refused.code, "message": str(refused)}
        headers = {"Content-Type": CONTENT_TYPE, "x-amzn-errortype": refused.code}
        return 400, headers, json.dumps(reply).encode()
    return 200, {"Content-Type": CONTENT_TYPE}, json.dumps(reply).encode()


def call(jobs: TrainingJobs, operation: str, request: dict[str, Any]) -> dict[str, Any]:
    """Run one operation; raises RequestRefused."""
    known = ("CreateTrainingJob", "DescribeTrainingJob", "StopTrainingJob", "ListTrainingJobs")
    if operation not in known:
        raise RequestRefused("UnknownOperationException", f"{operation} is not served here.")
    check(operation, request)
    if operation == "CreateTrainingJob":
        return jobs.create(request)
    if operation == "ListTrainingJobs":
        return jobs.list(request.get("StatusEquals"))
    name = request["TrainingJobName"]
    return jobs.describe(name) if operation == "DescribeTrainingJob" else jobs.stop(name)


def check(operation: str, request: dict[str, Any]) -> None:
    """Hold a request to the real service's model; raises RequestRefused."""
    shape = _model().operation_model(operation).input_shape
    assert shape is not None  # noqa: S101 - all four have an input
    report = ParamValidator().validate(request, shape)
    if report.has_errors():
        raise RequestRefused("ValidationException", report.generate_report())


@functools.cache
def _model() -> ServiceModel:
    return botocore.session.get_session().get_service_model("sagemaker")
