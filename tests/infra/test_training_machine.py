import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra.constructs.definition import PLACEHOLDER, UnfilledDefinition, checked
from infra.repository import TRAINING_DEFINITION
from tests.infra.assembly import Assembly, spelled

State = dict[str, Any]
STATES: dict[str, State] = json.loads(TRAINING_DEFINITION.read_bytes())["States"]
TASKS = sorted(name for name, state in STATES.items() if state["Type"] == "Task")
TOO_WIDE = {"States.ALL", "States.TaskFailed", "States.Timeout", "States.Runtime"}


@pytest.fixture(params=["real", "local"])
def machine(request: pytest.FixtureRequest) -> State:
    assembly: Assembly = request.getfixturevalue(request.param)
    return assembly.machine("OrielTraining")


def test_the_machine_that_is_deployed_is_the_file_byte_for_byte(machine: State) -> None:
    assert machine["DefinitionString"].encode() == TRAINING_DEFINITION.read_bytes()


def test_each_placeholder_of_the_definition_has_a_value(machine: State) -> None:
    asked = set(PLACEHOLDER.findall(machine["DefinitionString"]))

    assert machine["DefinitionSubstitutions"].keys() == asked


def test_a_definition_that_asks_for_more_is_refused() -> None:
    with pytest.raises(UnfilledDefinition, match="TrainingRoleArn"):
        checked(TRAINING_DEFINITION, {"PrepareFunctionArn": "arn"})


def test_the_machine_may_invoke_exactly_the_functions_it_names(real: Assembly) -> None:
    [invoke] = [
        statement
        for stack, _, policy in real.all_of("AWS::IAM::Policy")
        for statement in policy["PolicyDocument"]["Statement"]
        if stack == "OrielTraining" and statement["Action"] == "lambda:InvokeFunction"
    ]
    values = real.machine("OrielTraining")["DefinitionSubstitutions"]
    named = [value for name, value in values.items() if name.endswith("FunctionArn")]

    assert len(named) == 8
    assert sorted(map(spelled, invoke["Resource"])) == sorted(map(spelled, named))


def test_the_machine_is_traced_and_logs_no_data(real: Assembly) -> None:
    machine = real.machine("OrielTraining")

    assert machine["TracingConfiguration"] == {"Enabled": True}
    assert machine["LoggingConfiguration"]["IncludeExecutionData"] is False


def test_the_training_image_is_known_for_every_region_until_one_is_chosen(
    real: Assembly, real_here: Assembly
) -> None:
    [images] = real.templates["OrielTraining"]["Mappings"].values()
    here = real_here.machine("OrielTraining")["DefinitionSubstitutions"]

    assert len(images) >= 30
    assert images["eu-central-1"]["uri"].startswith("763104351884.dkr.ecr.eu-central-1.")
    assert all("pytorch-training:" in image["uri"] for image in images.values())
    assert here["TrainingImageUri"] == images["us-east-1"]["uri"]


def test_the_job_source_is_a_gzipped_archive_that_sagemaker_can_fetch(real: Assembly) -> None:
    values = real.machine("OrielTraining")["DefinitionSubstitutions"]
    archives = [file for file in real.folder.iterdir() if file.name.endswith(".tar.gz")]

    assert len(archives) == 1
    assert spelled(values["TrainingSourceUri"]).startswith('{"Fn::Sub": "s3://cdk-')


@pytest.mark.parametrize("name", TASKS)
def test_a_task_has_a_timeout_and_takes_only_what_it_needs_of_the_result(name: str) -> None:
    assert STATES[name]["TimeoutSeconds"] > 0
    assert STATES[name]["ResultSelector"]
    assert STATES[name]["ResultPath"].startswith("$")


@pytest.mark.parametrize("name", TASKS)
def test_a_task_retries_passing_errors_by_name_with_jitter(name: str) -> None:
    retries = STATES[name]["Retry"]

    assert retries
    for retry in retries:
        assert TOO_WIDE.isdisjoint(retry["ErrorEquals"])
        assert retry["JitterStrategy"] == "FULL"
        assert retry["MaxAttempts"] <= 12
        assert retry["MaxDelaySeconds"] <= 900


@pytest.mark.parametrize("name", TASKS)
def test_a_task_that_fails_ends_in_a_state_that_says_so(name: str) -> None:
    [catch] = STATES[name]["Catch"]

    assert catch["ErrorEquals"] == ["States.ALL"]
    assert catch["ResultPath"].startswith("$.")


def test_every_transition_leads_to_a_state_and_every_state_is_reached() -> None:
    definition = json.loads(TRAINING_DEFINITION.read_bytes())
    targets = {target for state in STATES.values() for target in _targets(state)}

    assert targets | {definition["StartAt"]} == STATES.keys()


def test_each_state_ends_or_goes_on() -> None:
    for name, state in STATES.items():
        ends = state["Type"] in {"Succeed", "Fail"} or state.get("End", False)
        assert ends != bool(list(_targets(state))), name


def test_a_function_may_take_as_long_as_its_task_waits(real: Assembly) -> None:
    resources = real.templates["OrielTraining"]["Resources"]
    values = real.machine("OrielTraining")["DefinitionSubstitutions"]
    for name in TASKS:
        function = STATES[name]["Parameters"].get("FunctionName")
        if function is not None:
            logical = values[function.strip("${}")]["Fn::GetAtt"][0]
            assert resources[logical]["Properties"]["Timeout"] <= STATES[name]["TimeoutSeconds"]


def _targets(state: State) -> Iterator[str]:
    choices = state.get("Choices", [])
    for step in (state, *choices, *state.get("Catch", [])):
        if "Next" in step:
            yield step["Next"]
    if "Default" in state:
        yield state["Default"]
