"""Training jobs on the emulator, with scripts of a few lines in place of a training."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.emulator import Emulator, running_emulator
from infra.local.folders import StateFolder
from infra.local.ports import choose_port
from tests.integration.job_probes import (
    BUCKET,
    CRASHES,
    FAILS,
    GOOD,
    WAITS,
    channel,
    ended,
    is_alive,
    machine,
    package,
    prepare,
    request,
    started,
    started_processes,
)
from tests.integration.probes import emulator_at, eventually, tarred


@pytest.fixture(scope="module")
def training(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """An emulator whose training environment is this one's plain interpreter."""
    state = StateFolder.at(tmp_path_factory.mktemp("training"))
    python = Path(sys.executable)
    with running_emulator(state, choose_port(None, state.port), job_python=python) as running:
        prepare(running)
        yield running


def test_a_machine_runs_a_job_and_gets_its_package(training: Emulator) -> None:
    asked = request(training, GOOD)
    described = machine(training, asked)
    assert described["status"] == "SUCCEEDED", described
    job = json.loads(described["output"])
    assert job["TrainingJobName"] == asked["TrainingJobName"]
    uri = job["ModelArtifacts"]["S3ModelArtifacts"]
    assert uri == f"s3://{BUCKET}/training-jobs/{asked['TrainingJobName']}/output/model.tar.gz"
    assert package(training, uri).startswith(b"\x1f\x8b")
    assert job["BillableTimeInSeconds"] >= 1


def test_the_script_gets_the_environment_of_script_mode(training: Emulator, tmp_path: Path) -> None:
    asked = request(training, GOOD)
    job = json.loads(machine(training, asked)["output"])
    archive = tmp_path / "model.tar.gz"
    archive.write_bytes(package(training, job["ModelArtifacts"]["S3ModelArtifacts"]))
    report = json.loads(unpacked(archive, "report.json"))
    assert report == {
        "images": ["one", "two"],
        "snapshot": "{}",
        "arguments": ["--time_budget_seconds", "5"],
        "budget": "5",
        "seen": [],
    }


def unpacked(archive: Path, name: str) -> bytes:
    import tarfile  # noqa: PLC0415

    with tarfile.open(archive) as opened:
        file = opened.extractfile(name)
        assert file
        return file.read()


def test_a_repeated_job_finds_the_checkpoints_of_the_first(
    training: Emulator, tmp_path: Path
) -> None:
    first, second = request(training, GOOD), request(training, GOOD)
    second["CheckpointConfig"] = first["CheckpointConfig"]
    machine(training, first)
    job = json.loads(machine(training, second)["output"])
    archive = tmp_path / "model.tar.gz"
    archive.write_bytes(package(training, job["ModelArtifacts"]["S3ModelArtifacts"]))
    assert json.loads(unpacked(archive, "report.json"))["seen"] == ["epoch-1"]


def test_a_jobs_output_is_in_its_log_stream(training: Emulator) -> None:
    asked = request(training, GOOD)
    machine(training, asked)
    logs = training.client("logs")
    group = {"logGroupName": "/aws/sagemaker/TrainingJobs"}
    streams = logs.describe_log_streams(
        **group, logStreamNamePrefix=f"{asked['TrainingJobName']}/algo-1-"
    )["logStreams"]
    events = logs.get_log_events(**group, logStreamName=streams[0]["logStreamName"])["events"]
    assert [event["message"] for event in events] == ["loss=0.25"]


def test_a_failing_script_says_why_in_the_machines_cause(training: Emulator) -> None:
    described = machine(training, request(training, FAILS))
    assert described["status"] == "FAILED"
    assert described["error"] == "States.TaskFailed"
    cause = json.loads(described["cause"])
    assert cause["TrainingJobStatus"] == "Failed"
    assert cause["FailureReason"] == "AlgorithmError: too few pictures of bolts, exit code: 3"


def test_a_crashing_script_fails_with_the_end_of_its_log(training: Emulator) -> None:
    described = machine(training, request(training, CRASHES))
    assert "no such layer" in json.loads(described["cause"])["FailureReason"]


def test_a_stopped_job_and_its_children_end(training: Emulator) -> None:
    asked = request(training, WAITS)
    sagemaker = training.client("sagemaker")
    sagemaker.create_training_job(**asked)
    processes = started_processes(training, asked["TrainingJobName"])
    sagemaker.stop_training_job(TrainingJobName=asked["TrainingJobName"])
    assert ended(training, asked["TrainingJobName"])["TrainingJobStatus"] == "Stopped"
    eventually(lambda: not any(map(is_alive, processes)))
    with pytest.raises(ClientError, match="status Stopped"):
        sagemaker.stop_training_job(TrainingJobName=asked["TrainingJobName"])


def test_an_execution_that_is_stopped_stops_its_job(training: Emulator) -> None:
    asked = request(training, WAITS)
    machines = training.client("stepfunctions")
    execution = started(training, asked)
    processes = started_processes(training, asked["TrainingJobName"])
    machines.stop_execution(executionArn=execution)
    assert ended(training, asked["TrainingJobName"])["TrainingJobStatus"] == "Stopped"
    eventually(lambda: not any(map(is_alive, processes)))
    assert machines.describe_execution(executionArn=execution)["status"] == "ABORTED"


def test_a_job_ends_when_its_longest_time_is_over(training: Emulator) -> None:
    asked = request(training, WAITS, StoppingCondition={"MaxRuntimeInSeconds": 1})
    training.client("sagemaker").create_training_job(**asked)
    job = ended(training, asked["TrainingJobName"])
    assert job["TrainingJobStatus"] == "Stopped"
    assert job["SecondaryStatus"] == "MaxRuntimeExceeded"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"InputDataConfig": [channel("images", "ManifestFile", "nowhere")]}, "cannot read"),
        ({"InputDataConfig": [channel("images", "S3Prefix", "nowhere")]}, "no object found"),
        ({"HyperParameters": {"sagemaker_submit_directory": "file.tar.gz"}}, "not an S3 URI"),
    ],
)
def test_a_job_that_cannot_start_fails_with_a_reason(
    training: Emulator, changes: dict[str, Any], reason: str
) -> None:
    asked = request(training, GOOD, **changes)
    training.client("sagemaker").create_training_job(**asked)
    assert reason in ended(training, asked["TrainingJobName"])["FailureReason"]


def test_a_source_that_leaves_its_folder_is_refused(training: Emulator) -> None:
    asked = request(training, GOOD)
    key = asked["HyperParameters"]["sagemaker_submit_directory"].removeprefix(f"s3://{BUCKET}/")
    evil = tarred({"../../evil.py": b"", "train.py": GOOD})
    training.client("s3").put_object(Bucket=BUCKET, Key=key, Body=evil)
    training.client("sagemaker").create_training_job(**asked)
    assert "cannot unpack" in ended(training, asked["TrainingJobName"])["FailureReason"]


def test_a_jobs_name_is_used_once(training: Emulator) -> None:
    asked = request(training, GOOD)
    sagemaker = training.client("sagemaker")
    sagemaker.create_training_job(**asked)
    with pytest.raises(ClientError, match="ResourceInUse"):
        sagemaker.create_training_job(**asked)
    ended(training, asked["TrainingJobName"])
    names = [
        job["TrainingJobName"] for job in sagemaker.list_training_jobs()["TrainingJobSummaries"]
    ]
    assert names.count(asked["TrainingJobName"]) == 1


def test_spot_needs_a_longest_wait(training: Emulator) -> None:
    asked = request(training, GOOD, EnableManagedSpotTraining=True)
    assert machine(training, asked)["error"] == "SageMaker.AmazonSageMakerException"


def test_without_its_environment_a_job_says_what_to_run(tmp_path: Path) -> None:
    state = StateFolder.at(tmp_path)
    port = choose_port(None, state.port)
    with running_emulator(state, port, job_python=tmp_path / "no-python") as emulator:
        prepare(emulator)
        asked = request(emulator, GOOD)
        emulator.client("sagemaker").create_training_job(**asked)
        reason = ended(emulator, asked["TrainingJobName"])["FailureReason"]
    assert "uv run poe prepare-training" in reason


def test_a_job_that_ran_when_the_emulator_died_has_failed(tmp_path: Path) -> None:
    state = StateFolder.at(tmp_path)
    port, python = choose_port(None, state.port), Path(sys.executable)
    with running_emulator(state, port, job_python=python) as emulator:
        prepare(emulator)
        asked = request(emulator, WAITS)
        emulator.client("sagemaker").create_training_job(**asked)
        processes = started_processes(emulator, asked["TrainingJobName"])
        emulator.process.kill()
        emulator.process.wait()
        eventually(lambda: not any(map(is_alive, processes)))
    with emulator_at(tmp_path) as again:
        job = ended(again, asked["TrainingJobName"])
    assert job["TrainingJobStatus"] == "Failed"
    assert "stopped while the job ran" in job["FailureReason"]


def test_a_job_ends_with_the_emulator(tmp_path: Path) -> None:
    state = StateFolder.at(tmp_path)
    port, python = choose_port(None, state.port), Path(sys.executable)
    with running_emulator(state, port, job_python=python) as emulator:
        prepare(emulator)
        asked = request(emulator, WAITS)
        emulator.client("sagemaker").create_training_job(**asked)
        processes = started_processes(emulator, asked["TrainingJobName"])
    assert not any(map(is_alive, processes))
