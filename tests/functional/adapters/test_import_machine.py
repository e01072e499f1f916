"""One attempt of an import is one run, however often it is started."""

import json
import uuid
from dataclasses import replace

import pytest
from oriel.adapters.import_machine import StepFunctionsImportMachine
from oriel.domain.clock import utc_now
from oriel.domain.ids import new_id
from oriel.domain.imports import Import, ImportKind

from infra.local.emulator import Emulator

ROLE = "arn:aws:iam::000000000000:role/none"
ENDINGS = {
    "while it runs": {"Type": "Wait", "Seconds": 600, "End": True},
    "once it has ended": {"Type": "Succeed"},
}


@pytest.fixture(params=ENDINGS.values(), ids=list(ENDINGS))
def arn(request: pytest.FixtureRequest, emulator: Emulator) -> str:
    definition = {"StartAt": "Only", "States": {"Only": request.param}}
    made = emulator.client("stepfunctions").create_state_machine(
        name=f"import-{uuid.uuid4()}", definition=json.dumps(definition), roleArn=ROLE
    )
    return str(made["stateMachineArn"])


def runs(emulator: Emulator, arn: str) -> list[str]:
    listed = emulator.client("stepfunctions").list_executions(stateMachineArn=arn)
    return sorted(run["name"] for run in listed["executions"])


def test_an_attempt_that_is_started_twice_runs_once(emulator: Emulator, arn: str) -> None:
    running = Import(new_id(), new_id(), utc_now(), ImportKind.ZIP, attempt=1)
    for _ in range(2):
        machine = StepFunctionsImportMachine(emulator.client("stepfunctions"), arn)
        machine.start(running)
    assert runs(emulator, arn) == [f"{running.id}-1"]
    machine.start(replace(running, attempt=2))
    assert runs(emulator, arn) == [f"{running.id}-1", f"{running.id}-2"]
