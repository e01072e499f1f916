"""Small functions, machines and jobs that ask the emulator one question each."""

import io
import json
import tarfile
import time
import uuid
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra.local.emulator import Emulator, running_emulator
from infra.local.folders import StateFolder
from infra.local.ports import choose_port

ROLE = "arn:aws:iam::000000000000:role/probe"
DEADLINE_SECONDS = 60.0


@contextmanager
def emulator_at(folder: Path, *, without: str | None = None) -> Iterator[Emulator]:
    """An emulator of its own; `without` names the patch to leave out."""
    state = StateFolder.at(folder)
    port = choose_port(None, state.port)
    state.port.write_text(str(port))
    with running_emulator(state, port, without=[without] if without else []) as running:
        yield running


def eventually(ask: Callable[[], Any], seconds: float = DEADLINE_SECONDS) -> Any:
    """Ask until the answer is truthy."""
    deadline = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < deadline, f"still {answer!r} after {seconds} s"
        time.sleep(0.05)
    return answer


def zipped(files: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def make_function(emulator: Emulator, code: str, **settings: Any) -> str:
    """A function whose module holds this code; returns its name."""
    name = f"probe-{uuid.uuid4()}"
    emulator.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=ROLE,
        Handler="probe.handler",
        Code={"ZipFile": zipped({"probe.py": code})},
        **{"Timeout": 30, **settings},
    )
    return name


def invoke(emulator: Emulator, name: str, payload: Any = None) -> tuple[Any, str]:
    """What the function returned, and its log."""
    reply = emulator.client("lambda").invoke(
        FunctionName=name, Payload=json.dumps(payload), LogType="Tail"
    )
    return json.loads(reply["Payload"].read()), reply.get("LogResult", "")


def execute(emulator: Emulator, definition: dict[str, Any], given: Any = None) -> dict[str, Any]:
    """Run a state machine to its end; returns the execution's description."""
    machines = emulator.client("stepfunctions")
    arn = machines.create_state_machine(
        name=f"probe-{uuid.uuid4()}", definition=json.dumps(definition), roleArn=ROLE
    )["stateMachineArn"]
    execution = machines.start_execution(stateMachineArn=arn, input=json.dumps(given or {}))

    def ended() -> dict[str, Any] | None:
        described: dict[str, Any] = machines.describe_execution(
            executionArn=execution["executionArn"]
        )
        return None if described["status"] == "RUNNING" else described

    described: dict[str, Any] = eventually(ended)
    return described
