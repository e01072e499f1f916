"""The machine that imports: drawn by the rules of the house, allowed what it needs."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra.constructs.definition import PLACEHOLDER
from infra.repository import IMPORT_DEFINITION
from tests.infra.assembly import Assembly, spelled

State = dict[str, Any]
DEFINITION: State = json.loads(IMPORT_DEFINITION.read_bytes())
STATES: dict[str, State] = DEFINITION["States"]
MAP = STATES["TakeAll"]
BATCH: dict[str, State] = MAP["ItemProcessor"]["States"]
TASKS = {name: state for name, state in STATES.items() if state["Type"] == "Task"} | BATCH
TOO_WIDE = {"States.ALL", "States.TaskFailed", "States.Timeout", "States.Runtime"}


@pytest.fixture(params=["real", "local"])
def machine(request: pytest.FixtureRequest) -> State:
    assembly: Assembly = request.getfixturevalue(request.param)
    return assembly.machine("OrielImports")


def test_the_machine_that_is_deployed_is_the_file_byte_for_byte(machine: State) -> None:
    assert machine["DefinitionString"].encode() == IMPORT_DEFINITION.read_bytes()


def test_each_placeholder_of_the_definition_has_a_value(machine: State) -> None:
    asked = set(PLACEHOLDER.findall(machine["DefinitionString"]))

    assert machine["DefinitionSubstitutions"].keys() == asked


def test_the_machine_may_invoke_exactly_the_functions_it_names(real: Assembly) -> None:
    [invoke] = [
        statement
        for stack, _, policy in real.all_of("AWS::IAM::Policy")
        for statement in policy["PolicyDocument"]["Statement"]
        if stack == "OrielImports" and statement["Action"] == "lambda:InvokeFunction"
    ]
    values = real.machine("OrielImports")["DefinitionSubstitutions"]
    named = [value for name, value in values.items() if name.endswith("FunctionArn")]

    assert len(named) == 3
    assert sorted(map(spelled, invoke["Resource"])) == sorted(map(spelled, named))


def test_ingest_may_start_this_machine_and_no_other(real: Assembly) -> None:
    [start] = [
        statement
        for statement in real.statements(*real.role_of("ingest"))
        if statement["Action"] == "states:StartExecution"
    ]
    _, _, ingest = real.functions["ingest"]
    name = real.machine("OrielImports")["StateMachineName"]

    assert ingest["Environment"]["Variables"]["IMPORT_MACHINE_ARN"] == start["Resource"]
    assert spelled(start["Resource"]).endswith(f':stateMachine:{name}"]]}}')


def test_the_machine_is_traced_and_logs_no_data(real: Assembly) -> None:
    machine = real.machine("OrielImports")

    assert machine["TracingConfiguration"] == {"Enabled": True}
    assert machine["LoggingConfiguration"]["IncludeExecutionData"] is False


@pytest.mark.parametrize("name", sorted(TASKS))
def test_a_task_has_a_timeout_and_takes_only_what_it_needs_of_the_result(name: str) -> None:
    assert 0 < TASKS[name]["TimeoutSeconds"] <= 900
    assert TASKS[name]["ResultSelector"]
    assert TASKS[name]["ResultPath"].startswith("$")


@pytest.mark.parametrize("name", sorted(TASKS))
def test_a_task_retries_passing_errors_by_name_with_jitter(name: str) -> None:
    [retry] = TASKS[name]["Retry"]

    assert "TemporarilyUnavailable" in retry["ErrorEquals"]
    assert TOO_WIDE.isdisjoint(retry["ErrorEquals"])
    assert retry["JitterStrategy"] == "FULL"
    assert retry["MaxAttempts"] <= 12


@pytest.mark.parametrize("name", ["Plan", "TakeAll", "Finish", "MarkFailed"])
def test_a_state_that_fails_ends_in_one_that_says_so(name: str) -> None:
    [catch] = STATES[name]["Catch"]

    assert catch["ErrorEquals"] == ["States.ALL"]
    assert catch["Next"] == ("NotImported" if name == "MarkFailed" else "MarkFailed")


def test_batches_run_apart_a_few_at_a_time_and_none_ends_the_others() -> None:
    assert MAP["ItemProcessor"]["ProcessorConfig"]["Mode"] == "DISTRIBUTED"
    assert 1 <= MAP["MaxConcurrency"] <= 10
    assert MAP["ToleratedFailurePercentage"] == 100
    # 100,000 files are 2,000 batches; the state holds 256 KB.
    assert {tuple(state["ResultSelector"]) for state in BATCH.values()} == {("files.$",)}
    assert MAP["ResultPath"] is None


def test_a_batch_that_ends_its_function_is_worked_on_file_by_file() -> None:
    [catch] = BATCH["Take"]["Catch"]
    [retry] = BATCH["TakeOneByOne"]["Retry"]

    assert (catch["ErrorEquals"], catch["Next"]) == (["States.ALL"], "TakeOneByOne")
    assert BATCH["TakeOneByOne"]["Parameters"]["Payload"]["one_by_one"] is True
    assert {"Lambda.Unknown", "Sandbox.Timedout", "Runtime.ExitError"} <= set(retry["ErrorEquals"])


def test_every_transition_leads_to_a_state_and_every_state_is_reached() -> None:
    targets = {target for state in STATES.values() for target in _targets(state)}

    assert targets | {DEFINITION["StartAt"]} == STATES.keys()


def test_a_function_may_take_as_long_as_its_task_waits(real: Assembly) -> None:
    resources = real.templates["OrielImports"]["Resources"]
    values = real.machine("OrielImports")["DefinitionSubstitutions"]
    for task in TASKS.values():
        function = task["Parameters"]["FunctionName"]
        logical = values[function.strip("${}")]["Fn::GetAtt"][0]
        assert resources[logical]["Properties"]["Timeout"] <= task["TimeoutSeconds"]


def _targets(state: State) -> Iterator[str]:
    for step in (state, *state.get("Choices", []), *state.get("Catch", [])):
        if "Next" in step:
            yield step["Next"]
    if "Default" in state:
        yield state["Default"]
