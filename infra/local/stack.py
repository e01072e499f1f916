"""The whole stack on one machine, as a context: it is up inside and gone after."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.assembly import ensure_assembly
from infra.local.deployment import Outputs, deploy, environment, output
from infra.local.emulator import Emulator, running_emulator
from infra.local.folders import StateFolder
from infra.local.lock import Running, held, say_running
from infra.local.ports import choose_port, keep_port
from infra.local.progress import step
from infra.local.tools.cdk import ensure_cdk
from infra.local.tools.job import ensure_job
from infra.local.tools.python import ensure_emulator, ensure_runtime
from infra.local.workspace import ensure_workspace


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack that is up.

    Attributes:
        url: of the public API; has the word localhost and ends in a slash.
        token: of the first workspace's owner.
        workspace: the first workspace's id.
        outputs: of the deployed stacks, by stack and name.
        emulator: makes boto3 clients.
    """

    url: str
    token: str
    workspace: str
    outputs: Outputs
    emulator: Emulator

    @property
    def endpoint(self) -> str:
        """For AWS_ENDPOINT_URL."""
        return self.emulator.endpoint

    def client(self, service: str) -> Any:
        """A boto3 client of one service."""
        return self.emulator.client(service)

    def output(self, stack: str, name: str) -> str:
        """One output of the deployment."""
        return output(self.outputs, stack, name)


@contextmanager
def running_stack(
    state_folder: Path,
    *,
    with_training_jobs: bool = False,
    port: int | None = None,
    job_python: Path | None = None,
) -> Iterator[Stack]:
    """Bring the stack up on a state folder and take it down after the block.

    Args:
        state_folder: made when it is not there; a folder that was used before keeps its data.
        with_training_jobs: install what full trainings need (torch) before anything else.
        port: where to answer; by default the folder's last port, or any free one.
        job_python: runs training scripts; by default the training environment's interpreter.

    Raises:
        LocalFailure: with a message for the person in front of it.
    """
    state = StateFolder.at(state_folder)
    with held(state):
        choose_port(port, state.port)  # refuses a taken one before anything is made
        _ensure_tools(with_training_jobs)
        assembly = ensure_assembly(environment(state))
        # Only now, since another stack may have taken a free one in the meantime.
        chosen = choose_port(port, state.port)
        with running_emulator(state, chosen, job_python=job_python) as emulator:
            keep_port(chosen, state.port)
            stack = _deployed(state, emulator, assembly)
            say_running(state, Running.here(stack.url))
            yield stack


def _ensure_tools(with_training_jobs: bool) -> None:
    ensure_emulator()
    ensure_runtime()
    ensure_cdk()
    if with_training_jobs:
        ensure_job()


def _deployed(state: StateFolder, emulator: Emulator, assembly: Path) -> Stack:
    outputs = deploy(state, emulator, assembly)
    url = local_url(output(outputs, "OrielService", "ApiUrl"), emulator.port)
    with step("Opening the first workspace"):
        first = ensure_workspace(
            state, emulator, url, output(outputs, "OrielService", "BootstrapFunctionName")
        )
    return Stack(url, first.token, first.workspace, outputs, emulator)


def local_url(api_url: str, port: int) -> str:
    """The emulator's address of an API, from the address that the real service would have.

    `https://ID.execute-api.REGION.amazonaws.com/STAGE/` becomes a path on localhost, since not
    every machine resolves names below localhost.
    """
    host, _, stage = api_url.removeprefix("https://").rstrip("/").partition("/")
    api_id = host.partition(".")[0]
    return f"http://localhost:{port}/restapis/{api_id}/{stage}/_user_request_/"
