"""A job's folders, in the same places below one root as below /opt/ml in the cloud's container."""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CONTAINER_ROOT = "/opt/ml"
HOST = "algo-1"
# What a training may need of this process's environment; all else stays here.
PASSED_ON = (
    *("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES"),
    *("OMP_NUM_THREADS", "MKL_NUM_THREADS"),
)


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders below one root."""

    root: Path

    def make(self) -> None:
        """Make them, empty."""
        shutil.rmtree(self.root, ignore_errors=True)
        for folder in (self.config, self.channels, self.model, self.output_data):
            folder.mkdir(parents=True)
        for folder in (self.code, self.checkpoints):
            folder.mkdir(parents=True)

    @property
    def config(self) -> Path:
        """Hyperparameters and channels as files."""
        return self.root / "input" / "config"

    @property
    def channels(self) -> Path:
        """A folder a channel."""
        return self.root / "input" / "data"

    @property
    def model(self) -> Path:
        """What becomes model.tar.gz."""
        return self.root / "model"

    @property
    def output_data(self) -> Path:
        """Other results; not kept here."""
        return self.root / "output" / "data"

    @property
    def failure(self) -> Path:
        """Where the script says why it failed."""
        return self.root / "output" / "failure"

    @property
    def code(self) -> Path:
        """The unpacked source."""
        return self.root / "code"

    @property
    def checkpoints(self) -> Path:
        """Kept in S3 while the job runs."""
        return self.root / "checkpoints"


def hyperparameters(request: Mapping[str, Any]) -> dict[str, str]:
    """As the script gets them: the SDK writes strings as JSON, others write them plainly."""
    return {name: _plain(value) for name, value in request.get("HyperParameters", {}).items()}


def _plain(value: str) -> str:
    try:
        decoded = json.loads(value)
    except ValueError:
        return value
    return decoded if isinstance(decoded, str) else value


def arguments(parameters: Mapping[str, str]) -> list[str]:
    """The script's command line: one option a hyperparameter that is not the toolkit's own."""
    own = {name: text for name, text in parameters.items() if not name.startswith("sagemaker_")}
    return [part for name, text in own.items() for part in (f"--{name}", text)]


def launcher(request: Mapping[str, Any]) -> list[str]:
    """What starts the script: torchrun where the request wants several machines.

    They are processes of this one, which learn the same as several machines would.
    """
    processes = int(request.get("ResourceConfig", {}).get("InstanceCount", 1))
    wanted = hyperparameters(request).get("sagemaker_torch_distributed_enabled") == "true"
    if processes == 1 or not wanted:
        return []
    return ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]


def environment(request: Mapping[str, Any], layout: Layout) -> dict[str, str]:
    """The variables of script mode, after sagemaker-training-toolkit's ENVIRONMENT_VARIABLES.md."""
    parameters = hyperparameters(request)
    names = [channel["ChannelName"] for channel in request.get("InputDataConfig", [])]
    return {
        **{name: os.environ[name] for name in PASSED_ON if name in os.environ},
        "PYTHONUNBUFFERED": "1",
        **{name: _local(text, layout) for name, text in request.get("Environment", {}).items()},
        "TRAINING_JOB_NAME": request["TrainingJobName"],
        "SM_MODEL_DIR": str(layout.model),
        "SM_OUTPUT_DIR": str(layout.output_data.parent),
        "SM_OUTPUT_DATA_DIR": str(layout.output_data),
        "SM_INPUT_DIR": str(layout.channels.parent),
        "SM_INPUT_CONFIG_DIR": str(layout.config),
        "SM_CHANNELS": json.dumps(names),
        "SM_HPS": json.dumps(parameters),
        "SM_USER_ARGS": json.dumps(arguments(parameters)),
        "SM_CURRENT_HOST": HOST,
        "SM_HOSTS": json.dumps([HOST]),
        "SM_NUM_CPUS": str(os.cpu_count() or 1),
        "SM_NUM_GPUS": str(len(list(Path("/dev").glob("nvidia[0-9]*")))),
        **{f"SM_CHANNEL_{name.upper()}": str(layout.channels / name) for name in names},
        **{f"SM_HP_{name.upper()}": text for name, text in parameters.items()},
    }


def _local(text: str, layout: Layout) -> str:
    return (
        str(layout.root) + text[len(CONTAINER_ROOT) :] if text.startswith(CONTAINER_ROOT) else text
    )


def write_config(request: Mapping[str, Any], layout: Layout) -> None:
    """The configuration files that the container finds."""
    channels = {
        channel["ChannelName"]: {"TrainingInputMode": "File"}
        for channel in request.get("InputDataConfig", [])
    }
    files: dict[str, Any] = {
        "hyperparameters.json": hyperparameters(request),
        "inputdataconfig.json": channels,
        "resourceconfig.json": {"current_host": HOST, "hosts": [HOST]},
    }
    for name, content in files.items():
        (layout.config / name).write_text(json.dumps(content))
