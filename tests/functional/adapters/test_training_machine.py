import json
import time
import uuid

import pytest
from botocore.exceptions import ClientError
from oriel.adapters.stepfunctions import StepFunctionsTrainingMachine
from oriel.domain.errors import TemporarilyUnavailable
from oriel.domain.ids import new_id
from oriel.domain.model import TrainMode
from oriel.domain.training import TrainingOptions, TrainingRun
from oriel.training_ports import TrainingMachine

from infra.local.emulator import Emulator
from tests.fakes.training_machine import MemoryTrainingMachine

DEADLINE_SECONDS = 20.0
ROLE = "arn:aws:iam::000000000000:role/none"


def machine_that(emulator: Emulator, **state: object) -> str:
    definition = {"StartAt": "Only", "States": {"Only": state}}
    made = emulator.client("stepfunctions").create_state_machine(
        name=f"machine-{uuid.uuid4()}", definition=json.dumps(definition), roleArn=ROLE
    )
    arn: str = made["stateMachineArn"]
    return arn


@pytest.fixture(scope="session")
def waiting(emulator: Emulator) -> str:
    return machine_that(emulator, Type="Wait", Seconds=600, End=True)


def a_run() -> TrainingRun:
    return TrainingRun(new_id(), new_id(), new_id(), TrainingOptions(TrainMode.INSTANT, 60, 7))


@pytest.fixture(params=["memory", "stepfunctions"])
def machine(request: pytest.FixtureRequest) -> TrainingMachine:
    if request.param == "memory":
        return MemoryTrainingMachine()
    emulator: Emulator = request.getfixturevalue("emulator")
    client = emulator.client("stepfunctions")
    return StepFunctionsTrainingMachine(client, request.getfixturevalue("waiting"))


class TestTrainingMachine:
    def test_a_run_that_was_started_is_running(self, machine: TrainingMachine) -> None:
        run = a_run()
        assert not machine.is_running(run.model_id)
        machine.start(run)
        assert machine.is_running(run.model_id)

    def test_starting_again_changes_nothing(self, machine: TrainingMachine) -> None:
        run = a_run()
        for _ in range(2):
            machine.start(run)
        other = TrainingRun(run.workspace_id, run.task_id, run.model_id, TrainingOptions())
        machine.start(other)
        assert machine.is_running(run.model_id)

    def test_a_run_that_was_stopped_is_not_running_and_again_is_no_error(
        self, machine: TrainingMachine
    ) -> None:
        run, other = a_run(), a_run()
        for one in (run, other):
            machine.start(one)
        for _ in range(2):
            machine.stop(run.model_id)
        assert not machine.is_running(run.model_id)
        assert machine.is_running(other.model_id)

    def test_stopping_what_never_ran_is_no_error(self, machine: TrainingMachine) -> None:
        machine.stop(a_run().model_id)


class TestStepFunctionsTrainingMachine:
    def test_the_machine_gets_names_and_options(self, emulator: Emulator, waiting: str) -> None:
        client, run = emulator.client("stepfunctions"), a_run()
        StepFunctionsTrainingMachine(client, waiting).start(run)
        execution = f"{waiting.replace(':stateMachine:', ':execution:')}:{run.model_id}"
        sent = json.loads(client.describe_execution(executionArn=execution)["input"])
        assert sent == {
            "workspace_id": run.workspace_id,
            "task_id": run.task_id,
            "model_id": run.model_id,
            "options": run.options.to_document(),
        }

    def test_a_run_that_ended_is_not_running(self, emulator: Emulator) -> None:
        arn = machine_that(emulator, Type="Succeed")
        machine = StepFunctionsTrainingMachine(emulator.client("stepfunctions"), arn)
        run = a_run()
        machine.start(run)
        deadline = time.monotonic() + DEADLINE_SECONDS
        while machine.is_running(run.model_id):
            assert time.monotonic() < deadline
        machine.stop(run.model_id)

    def test_a_service_out_of_reach_is_temporarily_unavailable(self, emulator: Emulator) -> None:
        real = emulator.client("stepfunctions")

        class Throttled:
            exceptions = real.exceptions

            def start_execution(self, **_: object) -> None:
                error = {"Error": {"Code": "ThrottlingException", "Message": ""}}
                raise ClientError(error, "StartExecution")  # type: ignore[arg-type]

        with pytest.raises(TemporarilyUnavailable):
            StepFunctionsTrainingMachine(Throttled(), "arn").start(a_run())  # type: ignore[arg-type]
