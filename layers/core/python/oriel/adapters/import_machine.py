"""The import machine on Step Functions."""

import json
from typing import TYPE_CHECKING

from oriel.adapters.stepfunctions import Executions
from oriel.domain.imports import Import

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class StepFunctionsImportMachine:
    """Starts an execution an attempt, named after it."""

    def __init__(self, client: "SFNClient", machine_arn: str) -> None:
        self._executions = Executions(client, machine_arn)

    def start(self, running: Import) -> None:
        """Start the attempt's run; starting it again changes nothing."""
        names = {"workspace_id": running.workspace_id, "import_id": running.id}
        self._executions.start(running.run_name, json.dumps(names))

    def is_running(self, running: Import) -> bool:
        """Tell whether the attempt's run exists and has not ended."""
        return self._executions.is_running(running.run_name)
