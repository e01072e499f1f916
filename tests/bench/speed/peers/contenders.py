"""The servers that are measured: this project's, and what a user would pick instead.

Each runs as its own documentation has it for a model on a CPU: as many worker processes as there
are cores, one thread of ONNX Runtime and of NumPy in each, no access log. None gathers requests of
several callers into batches: on a core a batch of ten takes as long as ten pictures. All answer the
same pictures with the same network, head and preparation (`servers/recognizer.py`), in the form of
request that they are documented with. FastAPI is no model server: it stands for HTTP with nothing
but the model behind it, and is measured a second time with the picture's bytes as the body, which
spares it the form. None of the peers authenticates, bills or checks what it is sent.
"""

import importlib.metadata
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from infra.local.ports import HOST, choose_port
from infra.local.tools.python import outside
from infra.repository import ROOT
from tests.bench.speed.peers import messages
from tests.bench.speed.peers.environments import ensure_peer, pinned, requirements_of
from tests.bench.speed.peers.ours import start
from tests.bench.speed.peers.serving import Program, serving
from tests.bench.speed.peers.setting import Contender, Processes, Setting, Start

OURS = "oriel"
SERVERS = Path(__file__).with_name("servers")
_MLSERVER = "from mlserver.cli import main; main()"
"""Its own script names the folder in which the environment was made, before it was moved."""

Command: TypeAlias = Callable[[Setting], Sequence[str]]
"""What the peer's interpreter is to run."""
Variables: TypeAlias = Callable[[Setting], Mapping[str, str]]


def contenders() -> list[Contender]:
    """Return all of them, ours first."""
    return [
        Contender(
            OURS,
            importlib.metadata.version("oriel"),
            start.running,
            messages.call_oriel,
            messages.read_oriel,
        ),
        Contender(
            "BentoML",
            _version("bentoml", "bentoml"),
            _peer("bentoml", _bentoml, _bentoml_variables),
            messages.call_form,
            messages.read_plain,
        ),
        Contender(
            "LitServe",
            _version("litserve", "litserve"),
            _peer("litserve", _litserve),
            messages.call_litserve,
            messages.read_plain,
        ),
        Contender(
            "MLServer",
            _version("mlserver", "mlserver"),
            _peer("mlserver", _mlserver, _mlserver_variables),
            messages.call_mlserver,
            messages.read_mlserver,
        ),
        Contender(
            "FastAPI",
            _version("fastapi", "fastapi", "uvicorn"),
            _peer("fastapi", _fastapi),
            messages.call_form,
            messages.read_plain,
        ),
        Contender(
            # Not as its documentation receives files, and the least that it can be sent.
            "FastAPI, bare bytes",
            _version("fastapi", "fastapi", "uvicorn"),
            _peer("fastapi", _fastapi),
            messages.call_raw,
            messages.read_plain,
        ),
    ]


def _version(name: str, *packages: str) -> str:
    pins = requirements_of(name).read_text()
    first, *others = (pinned(pins, package) for package in packages)
    beside = (
        f", {package} {version}" for package, version in zip(packages[1:], others, strict=True)
    )
    return first + "".join(beside)


def _no_variables(_: Setting) -> Mapping[str, str]:
    return {}


def _peer(name: str, command: Command, variables: Variables = _no_variables) -> Start:
    """Return how a peer is started in its own environment."""

    @contextmanager
    def running(setting: Setting) -> Iterator[Processes]:
        interpreter = ensure_peer(name)
        environment = {
            **outside(),
            "PYTHONPATH": os.pathsep.join(map(os.fspath, (SERVERS, ROOT))),
            "PEER_MODEL": os.fspath(setting.served.folder),
            "PEER_WORKERS": str(setting.workers),
            "OPENBLAS_NUM_THREADS": "1",
            **variables(setting),
        }
        program = Program(name, [interpreter, *command(setting)], environment, setting.folder)
        with serving(program, setting.port, setting.first) as root:
            yield Processes(root)

    return running


def _bentoml(setting: Setting) -> list[str]:
    served = ["serve", "bentoml_service:Classifier", "--working-dir", os.fspath(SERVERS)]
    return ["-m", "bentoml", *served, "--host", HOST, "--port", str(setting.port)]


def _bentoml_variables(setting: Setting) -> Mapping[str, str]:
    return {"BENTOML_HOME": os.fspath(setting.folder / "home"), "BENTOML_DO_NOT_TRACK": "True"}


def _litserve(setting: Setting) -> list[str]:
    return [os.fspath(SERVERS / "litserve_server.py"), str(setting.port)]


def _mlserver(setting: Setting) -> list[str]:
    model = {
        "name": messages.MLSERVER_MODEL,
        "implementation": "mlserver_runtime.Classifier",
    }
    setting.folder.mkdir(parents=True, exist_ok=True)
    (setting.folder / "model-settings.json").write_text(json.dumps(model))
    return ["-c", _MLSERVER, "start", os.fspath(setting.folder)]


def _mlserver_variables(setting: Setting) -> Mapping[str, str]:
    unkept = setting.folder / "no-port-is-kept"
    return {
        "MLSERVER_DEBUG": "false",
        "MLSERVER_HOST": HOST,
        "MLSERVER_HTTP_PORT": str(setting.port),
        "MLSERVER_GRPC_PORT": str(choose_port(None, unkept)),
        "MLSERVER_METRICS_PORT": str(choose_port(None, unkept)),
        "MLSERVER_PARALLEL_WORKERS": str(setting.workers),
    }


def _fastapi(setting: Setting) -> list[str]:
    options = ["--workers", str(setting.workers), "--no-access-log"]
    return [
        "-m",
        "uvicorn",
        "fastapi_app:app",
        "--host",
        HOST,
        "--port",
        str(setting.port),
        *options,
    ]
