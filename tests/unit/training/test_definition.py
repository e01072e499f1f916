import json
import re
from pathlib import Path
from typing import Any

import pytest

TEXT = Path("stepfunctions/train_model/definition.asl.json").read_text()
STATES: dict[str, dict[str, Any]] = json.loads(TEXT)["States"]
TASKS = {name: state for name, state in STATES.items() if state["Type"] == "Task"}
FAILURES = {"MarkFailed", "Trained", "NotTrained"}


def test_only_the_agreed_placeholders_are_used() -> None:
    assert set(re.findall(r"\$\{(\w+)\}", TEXT)) == {
        "PrepareFunctionArn",
        "FitHeadFunctionArn",
        "EvaluateFunctionArn",
        "PublishFunctionArn",
        "NotifyFunctionArn",
        "MarkFailedFunctionArn",
        "TrainingImageUri",
        "TrainingInstanceType",
        "TrainingRoleArn",
        "TrainingSourceUri",
    }


@pytest.mark.parametrize("name", TASKS)
def test_every_task_is_bounded_selective_and_caught(name: str) -> None:
    task = TASKS[name]
    assert 0 < task["TimeoutSeconds"] <= 2 * 24 * 3600
    assert task["ResultSelector"]
    (catch,) = task["Catch"]
    assert catch["ErrorEquals"] == ["States.ALL"]
    assert catch["ResultPath"].startswith("$.")
    assert catch["Next"] in FAILURES


@pytest.mark.parametrize("name", TASKS)
def test_retries_name_their_errors_and_spread_out(name: str) -> None:
    for retry in TASKS[name]["Retry"]:
        assert not any(error.startswith("States.") for error in retry["ErrorEquals"])
        assert retry["JitterStrategy"] == "FULL"
        assert retry["MaxDelaySeconds"] <= 900


def test_every_state_can_be_reached() -> None:
    reached = {"Prepare"}
    for state in STATES.values():
        ways = [state, *state.get("Catch", []), *state.get("Choices", [])]
        reached |= {way["Next"] for way in ways if "Next" in way} | {state.get("Default", "Mode")}
    assert reached == set(STATES)


def test_a_step_after_publishing_cannot_fail_the_model() -> None:
    assert TASKS["Notify"]["Catch"][0]["Next"] == "Trained"


def test_the_machine_outlasts_the_longest_job() -> None:
    assert json.loads(TEXT)["TimeoutSeconds"] > TASKS["Train"]["TimeoutSeconds"]
