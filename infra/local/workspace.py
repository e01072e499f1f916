"""The first workspace of a local stack: made once, its token kept for the owner's eyes alone."""

import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from infra.local.emulator import Emulator
from infra.local.failures import DeploymentFailed
from infra.local.folders import StateFolder

CHECK_SECONDS = 60
UNAUTHENTICATED = (401, 403)


@dataclass(frozen=True, slots=True)
class Workspace:
    """What a caller needs."""

    workspace: str
    token: str


def ensure_workspace(
    state: StateFolder, emulator: Emulator, url: str, function_name: str
) -> Workspace:
    """The kept workspace while its token is good, else a new one; raises DeploymentFailed."""
    kept = _read(state)
    if kept and _is_good(url, kept.token):
        return kept
    made = make_workspace(emulator, function_name)
    _keep(state, made)
    return made


def _read(state: StateFolder) -> Workspace | None:
    try:
        return Workspace(**json.loads(state.workspace.read_text()))
    except (OSError, ValueError, TypeError):
        return None


def _keep(state: StateFolder, made: Workspace) -> None:
    growing = state.workspace.with_suffix(".new")
    growing.unlink(missing_ok=True)
    descriptor = os.open(growing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(made), file)
    growing.replace(state.workspace)


def _is_good(url: str, token: str) -> bool:
    """Whether the stack knows the token: an emulator that was killed has forgotten it."""
    request = urllib.request.Request(  # noqa: S310 - our own address
        f"{url}account/v2/workspace/", headers={"Authorization": f"Token {token}"}
    )
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(request, timeout=CHECK_SECONDS):
            return True
    except urllib.error.HTTPError as error:
        if error.code in UNAUTHENTICATED:
            return False
        raise DeploymentFailed(f"The stack answers {error.code} to its first call.") from error


def make_workspace(emulator: Emulator, function_name: str) -> Workspace:
    """Make the workspace or, where the stack has it, its owner's next token."""
    named = {"workspace_name": "default"}
    content = _invoke(emulator, function_name, named)
    if content.get("errorType") == "Conflict":
        # The stack remembers the workspace, and this machine has lost its token.
        content = _invoke(emulator, function_name, {**named, "new_token": True})
    if "errorType" in content:
        raise DeploymentFailed(
            f"The bootstrap function failed: {content['errorType']}: {content.get('errorMessage')}"
        )
    return Workspace(content["workspace"], content["token"])


def _invoke(
    emulator: Emulator, function_name: str, payload: Mapping[str, object]
) -> dict[str, str]:
    reply = emulator.client("lambda").invoke(
        FunctionName=function_name, Payload=json.dumps(payload)
    )
    content: dict[str, str] = json.loads(reply["Payload"].read())
    return {"errorType": "Unknown", **content} if "FunctionError" in reply else content
