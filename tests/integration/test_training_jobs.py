"""Training jobs on the emulator, with scripts of a few lines in place of a training."""

import json
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.emulator import Emulator, running_emulator
from infra.local.folders import StateFolder
from infra.local.ports import choose_port
from tests.integration.probes import ROLE, emulator_at, eventually, execute, tarred

BUCKET = "training-probe"
GOOD = b"""
import json, os, pathlib, sys
images = sorted(path.name for path in pathlib.Path(os.environ["SM_CHANNEL_IMAGES"]).iterdir())
snapshot = pathlib.Path(os.environ["SM_CHANNEL_SNAPSHOT"], "snapshot.json").read_text()
checkpoints = pathlib.Path(os.environ["SM_MODEL_DIR"]).parent / "checkpoints"
seen = sorted(path.name for path in checkpoints.iterdir())
(checkpoints / "epoch-1").write_text("weights")
report = {"images": images, "snapshot": snapshot, "arguments": sys.argv[1:], "seen": seen,
          "budget": os.environ["SM_HP_TIME_BUDGET_SECONDS"]}
pathlib.Path(os.environ["SM_MODEL_DIR"], "report.json").write_text(json.dumps(report))
print("loss=0.25")
"""
FAILS = b"""
import os, pathlib
pathlib.Path(os.environ["SM_OUTPUT_DIR"], "failure").write_text("too few pictures of bolts")
raise SystemExit(3)
"""
CRASHES = b"raise ValueError('no such layer')\n"
WAITS = b"""
import os, pathlib, signal, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
checkpoints = pathlib.Path(os.environ["SM_MODEL_DIR"]).parent / "checkpoints"
(checkpoints / "pids").write_text(f"{os.getpid()} {child.pid}")
time.sleep(600)
"""


@pytest.fixture(scope="module")
def training(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """An emulator whose training environment is this one's plain interpreter."""
    state = StateFolder.at(tmp_path_factory.mktemp("training"))
    python = Path(sys.executable)
    with running_emulator(state, choose_port(None, state.port), job_python=python) as running:
        prepare(running)
        yield running


def prepare(emulator: Emulator) -> None:
    s3 = emulator.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    for name in ("one", "two", "three"):
        s3.put_object(Bucket=BUCKET, Key=f"images/{name}", Body=name.encode())
    manifest = [{"prefix": f"s3://{BUCKET}/images/"}, "one", "two"]
    s3.put_object(Bucket=BUCKET, Key="manifest", Body=json.dumps(manifest))
    s3.put_object(Bucket=BUCKET, Key="snapshots/snapshot.json", Body=b"{}")


def channel(name: str, kind: str, key: str) -> dict[str, Any]:
    source = {"S3DataType": kind, "S3Uri": f"s3://{BUCKET}/{key}"}
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}}


def request(emulator: Emulator, script: bytes, **changes: Any) -> dict[str, Any]:
    name = f"probe-{uuid.uuid4()}"
    source = f"sources/{name}.tar.gz"
    emulator.client("s3").put_object(Bucket=BUCKET, Key=source, Body=tarred({"train.py": script}))
    return {
        "TrainingJobName": name,
        "RoleArn": ROLE,
        "AlgorithmSpecification": {"TrainingImage": "image", "TrainingInputMode": "File"},
        "HyperParameters": {
            "sagemaker_program": "train.py",
            "sagemaker_submit_directory": f"s3://{BUCKET}/{source}",
            "time_budget_seconds": "5",
        },
        "InputDataConfig": [
            channel("images", "ManifestFile", "manifest"),
            channel("snapshot", "S3Prefix", "snapshots/snapshot.json"),
        ],
        "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/training-jobs/"},
        "ResourceConfig": {
            "InstanceType": "ml.g5.xlarge",
            "InstanceCount": 1,
            "VolumeSizeInGB": 10,
        },
        "CheckpointConfig": {"S3Uri": f"s3://{BUCKET}/checkpoints/{name}"},
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        **changes,
    }


def machine(emulator: Emulator, asked: dict[str, Any]) -> dict[str, Any]:
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync",
        "Parameters": asked,
        "End": True,
    }
    return execute(emulator, {"StartAt": "Train", "States": {"Train": task}})


def ended(emulator: Emulator, name: str) -> dict[str, Any]:
    sagemaker = emulator.client("sagemaker")

    def look() -> dict[str, Any] | None:
        described: dict[str, Any] = sagemaker.describe_training_job(TrainingJobName=name)
        running = described["TrainingJobStatus"] in {"InProgress", "Stopping"}
        return None if running else described

    found: dict[str, Any] = eventually(look)
    return found


def package(emulator: Emulator, uri: str) -> bytes:
    key = uri.removeprefix(f"s3://{BUCKET}/")
    content: bytes = emulator.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read()
    return content


def is_alive(process_id: int) -> bool:
    status = Path(f"/proc/{process_id}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def started_processes(emulator: Emulator, name: str) -> list[int]:
    """The ids that WAITS has written, seen through its checkpoints in S3."""
    s3 = emulator.client("s3")

    def look() -> str | None:
        try:
            kept = s3.get_object(Bucket=BUCKET, Key=f"checkpoints/{name}/pids")
        except ClientError:
            return None
        text: str = kept["Body"].read().decode()
        return text

    return [int(part) for part in eventually(look).split()]


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
