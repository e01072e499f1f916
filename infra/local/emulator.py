"""The emulator as a process: start it, wait until it answers, stop it and all it started."""

import json
import os
import shutil
import signal
import subprocess
import time
import urllib.request
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from infra.local.failures import EmulatorDied, NoSpace, PortTaken
from infra.local.folders import StateFolder
from infra.local.ports import HOST
from infra.local.tools.job import job_interpreter
from infra.local.tools.python import ensure_emulator, ensure_runtime

LAUNCHER = Path(__file__).with_name("launch.py")
REGION = "us-east-1"
ACCOUNT = "000000000000"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
START_SECONDS = 60.0
# Saving the state and ending the workers; a large state takes some seconds.
STOP_SECONDS = 30.0
POLL_SECONDS = 0.05
LOG_LINES = 15
# The emulator shows this variable in its health report.
NAME_VARIABLE = "MINISTACK_EDITION"
TAKEN = "already in use"
# Proxies stay out on purpose: all traffic of the stack is on this machine.
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES")


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def endpoint(self) -> str:
        """For AWS_ENDPOINT_URL."""
        return f"http://{HOST}:{self.port}"

    def is_running(self) -> bool:
        """Whether it has not ended by itself."""
        return self.process.poll() is None

    def client(self, service: str) -> Any:
        """A boto3 client of one service."""
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            config=Config(proxies={}, s3={"addressing_style": "path"}, retries={"max_attempts": 2}),
        )


@contextmanager
def running_emulator(
    state: StateFolder, port: int, *, without: Sequence[str] = (), job_python: Path | None = None
) -> Iterator[Emulator]:
    """Run the emulator while the block runs.

    Args:
        state: what it keeps.
        port: where it answers.
        without: patches to leave out.
        job_python: runs training scripts; by default the training environment's interpreter.

    Raises:
        EmulatorDied: it ended or did not answer; the message shows its last log lines.
        PortTaken: something else took the port in the meantime.
    """
    log = state.logs / "emulator.log"
    _empty(state.temporary)
    settled = settings(state, port, ensure_runtime(), job_python or job_interpreter())
    name = str(uuid.uuid4())
    process = _start(state, {**settled, NAME_VARIABLE: name}, without, log)
    try:
        _wait_until_ready(process, port, name, log)
        yield Emulator(port, process)
    finally:
        stop(process)
        _empty(state.temporary)


def _start(
    state: StateFolder, environment: Mapping[str, str], without: Sequence[str], log: Path
) -> subprocess.Popen[bytes]:
    interpreter = ensure_emulator()
    options = [part for name in without for part in ("--without", name)]
    try:
        with log.open("wb") as output:
            return subprocess.Popen(
                [interpreter, LAUNCHER, *options],
                cwd=state.path,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
    except OSError as error:
        raise NoSpace(f"Cannot start the emulator: {error}.") from error


def settings(state: StateFolder, port: int, runtime: Path, job_python: Path) -> dict[str, str]:
    """The emulator's environment: only what it needs of this process's own."""
    return {
        **{name: os.environ[name] for name in PASSED_ON if name in os.environ},
        **CREDENTIALS,
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": "localhost",
        "MINISTACK_REGION": REGION,
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
        # It would look for containers to remove; there are none of ours.
        "DOCKER_HOST": f"unix://{state.path}/no-docker.sock",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(state.emulator),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(state.objects),
        "TMPDIR": str(state.temporary),
        "LOG_LEVEL": "WARNING",
        "PYTHONUNBUFFERED": "1",
        "ORIEL_RUNTIME_PYTHON": str(runtime),
        "ORIEL_JOB_PYTHON": str(job_python),
        "ORIEL_JOBS_FOLDER": str(state.jobs),
    }


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, name: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _answers(port, name):
        if process.poll() is not None:
            if TAKEN in log.read_text(errors="replace"):
                raise PortTaken(f"Port {port} was just taken by another program. Try again.")
            raise EmulatorDied(f"The emulator ended at its start:\n{_tail(log)}")
        if time.monotonic() > deadline:
            raise EmulatorDied(
                f"The emulator did not answer within {START_SECONDS:.0f} s:\n{_tail(log)}"
            )
        time.sleep(POLL_SECONDS)


def _answers(port: int, name: str) -> bool:
    """Whether this very emulator answers, and not another one that was faster."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"http://{HOST}:{port}/_ministack/health", timeout=2) as reply:
            return bool(json.load(reply).get("edition") == name)
    except (OSError, ValueError):
        return False


def stop(process: subprocess.Popen[bytes]) -> None:
    """Let the emulator save its state and end; then make sure that its group is gone."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    try:
        # Functions' workers are in the group; jobs watch the emulator and end by themselves.
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)


def _tail(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()[-LOG_LINES:]
    return "\n".join(f"     | {line}" for line in lines)
