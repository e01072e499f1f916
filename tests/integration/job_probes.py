"""Training jobs of a few lines, and what the tests ask about them."""

import json
import uuid
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from infra.local.emulator import Emulator
from tests.integration.probes import ROLE, eventually, execute, tarred

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
    return execute(emulator, definition(asked))


def definition(asked: dict[str, Any], **changes: Any) -> dict[str, Any]:
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync",
        "Parameters": asked,
        "End": True,
        **changes,
    }
    return {"StartAt": "Train", "States": {"Train": task, "Caught": {"Type": "Succeed"}}}


def started(emulator: Emulator, asked: dict[str, Any]) -> str:
    """Start a machine that goes on after a failed job, and return its execution."""
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]
    machines = emulator.client("stepfunctions")
    made = machines.create_state_machine(
        name=asked["TrainingJobName"],
        definition=json.dumps(definition(asked, Catch=catch)),
        roleArn=ROLE,
    )
    execution: str = machines.start_execution(stateMachineArn=made["stateMachineArn"])[
        "executionArn"
    ]
    return execution


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
