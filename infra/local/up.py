"""`poe up` and `poe down`."""

import json
import threading
from pathlib import Path

from infra.local.failures import EmulatorDied
from infra.local.folders import StateFolder
from infra.local.lock import stop_holder
from infra.local.progress import note
from infra.local.stack import Stack, running_stack
from infra.local.stopping import Stopped, stoppable

DOWN_SECONDS = 60.0
WATCH_SECONDS = 1.0


def up(state_folder: Path, port: int | None, *, training: bool) -> int:
    """Bring the stack up, say where, and keep it until told to stop.

    Raises:
        LocalFailure: it cannot come up, or went down by itself.
        Stopped: told to stop before it was up.
    """
    with stoppable(), running_stack(state_folder, with_training_jobs=training, port=port) as stack:
        print(_ready(stack), flush=True)
        note(_next_steps(stack, state_folder))
        try:
            _keep(stack)
        except Stopped:
            note("\nStopping; the data stays in the state folder.")
    return 0


def _ready(stack: Stack) -> str:
    facts = {"url": stack.url, "token": stack.token, "workspace": stack.workspace}
    return f"READY {json.dumps(facts)}"


def _next_steps(stack: Stack, state_folder: Path) -> str:
    return f"""
   Try it:
     curl -s {stack.url}recognition/v2/task -H "Authorization: Token {stack.token}" \\
          -H 'Content-Type: application/json' \\
          -d '{{"name": "Bolts and nuts", "type": "multi_class"}}'
   The API for people: {stack.url}docs
   AWS tools see the stack's inside with AWS_ENDPOINT_URL={stack.endpoint}
   Full trainings need `uv run poe prepare-training` once (torch).
   The data stays in {state_folder.resolve()}; stop with Ctrl-C or `uv run poe down`.
"""


def _keep(stack: Stack) -> None:
    while stack.emulator.is_running():
        threading.Event().wait(WATCH_SECONDS)
    raise EmulatorDied("The emulator ended by itself; its log is in the state folder's logs.")


def down(state_folder: Path) -> int:
    """Stop the stack of a state folder; raises LocalFailure."""
    if not state_folder.exists() or not stop_holder(StateFolder.at(state_folder), DOWN_SECONDS):
        note(f"No stack is running on {state_folder}.")
        return 0
    note("Stopped.")
    return 0
