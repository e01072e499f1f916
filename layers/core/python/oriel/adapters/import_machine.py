"""The import machine on Step Functions."""

import json
from typing import TYPE_CHECKING

from oriel.adapters.stepfunctions import ask
from oriel.domain.imports import Import

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class StepFunctionsImportMachine:
    """Starts an execution an attempt, named after it: Step Functions takes a name once."""

    def __init__(self, client: "SFNClient", machine_arn: str) -> None:
        self._client = client
        self._arn = machine_arn

    def start(self, running: Import) -> None:
        """Start the attempt's run; starting it again changes nothing."""
        names = {"workspace_id": running.workspace_id, "import_id": running.id}
        try:
            ask(
                lambda: self._client.start_execution(
                    stateMachineArn=self._arn, name=running.run_name, input=json.dumps(names)
                )
            )
        except self._client.exceptions.ExecutionAlreadyExists:
            return

    def is_running(self, running: Import) -> bool:
        """Tell whether the attempt's run exists and has not ended."""
        execution = f"{self._arn.replace(':stateMachine:', ':execution:')}:{running.run_name}"
        try:
            found = ask(lambda: self._client.describe_execution(executionArn=execution))
        except self._client.exceptions.ExecutionDoesNotExist:
            return False
        return found["status"] in {"RUNNING", "PENDING_REDRIVE"}
