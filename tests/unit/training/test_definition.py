import json
import re
from pathlib import Path

TEXT = Path("stepfunctions/train_model/definition.asl.json").read_text()
MACHINE = json.loads(TEXT)
STATES = MACHINE["States"]


def test_only_the_agreed_placeholders_are_used() -> None:
    assert set(re.findall(r"\$\{(\w+)\}", TEXT)) == {
        "PrepareFunctionArn",
        "FitHeadFunctionArn",
        "EvaluateFunctionArn",
        "PublishFunctionArn",
        "ExportFunctionArn",
        "SuspectsFunctionArn",
        "NotifyFunctionArn",
        "MarkFailedFunctionArn",
        "TrainingImageUri",
        "TrainingInstanceType",
        "TrainingRoleArn",
        "TrainingSourceUri",
    }


def test_every_failure_before_publishing_marks_the_model_failed() -> None:
    for name in ("Prepare", "FitHead", "Train", "Evaluate", "Publish"):
        assert STATES[name]["Catch"][0]["Next"] == "MarkFailed"


def test_a_step_after_publishing_cannot_fail_the_model() -> None:
    assert STATES["Export"]["Catch"][0]["Next"] == STATES["Export"]["Next"] == "Suspects"
    assert STATES["Notify"]["Catch"][0]["Next"] == "Trained"
    assert STATES["Suspects"]["Catch"][0]["Next"] == "Notify"


def test_the_machine_outlasts_the_longest_job() -> None:
    assert MACHINE["TimeoutSeconds"] > STATES["Train"]["TimeoutSeconds"]
