"""What a training script sees."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.local.training_jobs.layout import (
    Layout,
    arguments,
    environment,
    hyperparameters,
    launcher,
)

LAYOUT = Layout(Path("/job"))


def request(**hyper: str) -> dict[str, Any]:
    return {
        "TrainingJobName": "job-1",
        "HyperParameters": hyper,
        "InputDataConfig": [{"ChannelName": "images"}],
        "Environment": {"CACHE": "/opt/ml/cache", "PLAIN": "value"},
    }


def test_hyperparameters_written_as_json_strings_lose_their_quotes() -> None:
    asked = request(sagemaker_program='"train.py"', seed="7", flag="true", plain="text")
    assert hyperparameters(asked) == {
        "sagemaker_program": "train.py",
        "seed": "7",
        "flag": "true",
        "plain": "text",
    }


def test_the_toolkits_own_parameters_are_no_arguments() -> None:
    given = {"sagemaker_program": "train.py", "seed": "7"}
    assert arguments(given) == ["--seed", "7"]


def test_every_path_lies_below_the_jobs_own_root() -> None:
    seen = environment(request(seed="7"), LAYOUT)
    assert seen["SM_CHANNEL_IMAGES"] == "/job/input/data/images"
    assert seen["SM_MODEL_DIR"] == "/job/model"
    assert seen["CACHE"] == "/job/cache"
    assert seen["PLAIN"] == "value"
    assert seen["SM_HP_SEED"] == "7"
    assert json.loads(seen["SM_CHANNELS"]) == ["images"]


@pytest.mark.parametrize(("machines", "processes"), [(1, []), (3, ["--nproc-per-node=3"])])
def test_several_machines_are_processes_of_this_one(machines: int, processes: list[str]) -> None:
    asked = request(sagemaker_torch_distributed_enabled="true")
    asked["ResourceConfig"] = {"InstanceCount": machines}
    assert launcher(asked)[3:] == processes


def test_credentials_of_the_surroundings_do_not_reach_a_script(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    assert "AWS_SECRET_ACCESS_KEY" not in environment(request(), LAYOUT)
