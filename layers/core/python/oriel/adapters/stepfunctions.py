"""State machines on Step Functions, and the one that trains."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from oriel.domain.errors import TemporarilyUnavailable
from oriel.domain.training import TrainingRun

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

R = TypeVar("R")


class Executions:
    """The executions of one state machine, each of a name that Step Functions takes once."""

    def __init__(self, client: "SFNClient", machine_arn: str) -> None:
        self._client = client
        self._arn = machine_arn

    def start(self, name: str, given: str) -> None:
        """Start an execution on JSON; again under the same name changes nothing."""
        try:
            _ask(
                lambda: self._client.start_execution(
                    stateMachineArn=self._arn, name=name, input=given
                )
            )
        except self._client.exceptions.ExecutionAlreadyExists:
            return

    def is_running(self, name: str) -> bool:
        """Tell whether the execution of this name exists and has not ended."""
        execution = self._execution(name)
        try:
            found = _ask(lambda: self._client.describe_execution(executionArn=execution))
        except self._client.exceptions.ExecutionDoesNotExist:
            return False
        return found["status"] in {"RUNNING", "PENDING_REDRIVE"}

    def stop(self, name: str) -> None:
        """Abort the execution of this name and what it waits for; none that runs is no error."""
        execution = self._execution(name)
        try:
            _ask(lambda: self._client.stop_execution(executionArn=execution))
        except self._client.exceptions.ExecutionDoesNotExist:
            return
        except ClientError:
            # It may have ended by itself a moment ago, and only what runs can be stopped.
            if self.is_running(name):
                raise

    def _execution(self, name: str) -> str:
        return f"{self._arn.replace(':stateMachine:', ':execution:')}:{name}"


class StepFunctionsTrainingMachine:
    """Starts an execution a model, named by the model's id."""

    def __init__(self, client: "SFNClient", machine_arn: str) -> None:
        self._executions = Executions(client, machine_arn)

    def start(self, run: TrainingRun) -> None:
        """Start the run; starting the same model again changes nothing."""
        self._executions.start(run.model_id, _input(run))

    def is_running(self, model_id: str) -> bool:
        """Tell whether the run of this model exists and has not ended."""
        return self._executions.is_running(model_id)

    def stop(self, model_id: str) -> None:
        """End the run of this model and its job; one that has ended is no error.

        Step Functions stops the SageMaker job that a run waits for
        (https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html).
        """
        self._executions.stop(model_id)


def _input(run: TrainingRun) -> str:
    return json.dumps(
        {
            "workspace_id": run.workspace_id,
            "task_id": run.task_id,
            "model_id": run.model_id,
            "options": run.options.to_document(),
        }
    )


def _ask(call: Callable[[], R]) -> R:
    """Call Step Functions; botocore has tried again already when this gives up."""
    try:
        return call()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in {"ThrottlingException", "ServiceUnavailable", "InternalServerError"}:
            raise TemporarilyUnavailable("Step Functions cannot be reached; try again") from error
        raise
    except BotoCoreError as error:
        raise TemporarilyUnavailable("Step Functions cannot be reached; try again") from error
