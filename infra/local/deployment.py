"""The real `cdk deploy` of the stacks, against the emulator."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from botocore.exceptions import ClientError

from infra.local.commands import TimedOut, run
from infra.local.emulator import ACCOUNT, CREDENTIALS, REGION, Emulator
from infra.local.failures import DeploymentFailed, ToolFailed
from infra.local.folders import StateFolder
from infra.local.progress import step
from infra.local.tools.cdk import ensure_cdk, node
from infra.local.tools.python import outside

# An unknown custom resource would hang for an hour.
DEPLOY_SECONDS = 600
QUIET = ("--no-notices", "--no-version-reporting", "--ci")

Outputs = Mapping[str, Mapping[str, str]]


def deploy(state: StateFolder, emulator: Emulator, assembly: Path) -> Outputs:
    """Bootstrap the emulated account once and deploy all stacks of a synthesized app.

    Raises:
        DeploymentFailed: with the last lines of what the CDK said.
    """
    cdk = ensure_cdk()
    if not _is_bootstrapped(emulator):
        with step("Bootstrapping the emulated account"):
            _cdk(state, emulator, [*cdk, "bootstrap", f"aws://{ACCOUNT}/{REGION}"], "cdk bootstrap")
    with step("Deploying the stacks"):
        options = ("--all", "--require-approval", "never", "--method", "direct")
        state.outputs.unlink(missing_ok=True)
        _cdk(
            state,
            emulator,
            [*cdk, "deploy", "--app", assembly, *options, "--outputs-file", state.outputs],
            "cdk deploy",
        )
    return read_outputs(state.outputs)


def read_outputs(path: Path) -> Outputs:
    """The outputs by stack and name; raises DeploymentFailed when there are none."""
    try:
        outputs = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise DeploymentFailed(f"cdk deploy left no readable outputs in {path}.") from error
    if not isinstance(outputs, dict):
        raise DeploymentFailed(f"{path} does not hold outputs by stack.")
    return outputs


def output(outputs: Outputs, stack: str, name: str) -> str:
    """One output; raises DeploymentFailed."""
    try:
        return outputs[stack][name]
    except KeyError:
        raise DeploymentFailed(f"The stacks have no output {stack}.{name}.") from None


def _is_bootstrapped(emulator: Emulator) -> bool:
    try:
        emulator.client("cloudformation").describe_stacks(StackName="CDKToolkit")
    except ClientError:
        return False
    return True


def _cdk(state: StateFolder, emulator: Emulator, command: list[str | Path], what: str) -> None:
    surroundings = environment(state) | {
        "AWS_ENDPOINT_URL": emulator.endpoint,
        # By path: a bucket's name in front of an address would need a name server.
        "AWS_ENDPOINT_URL_S3": emulator.endpoint,
    }
    log = state.logs / f"{what.replace(' ', '-')}.log"
    try:
        with log.open("w") as lines:

            def keep(line: str) -> None:
                lines.write(f"{line}\n")

            run(
                [*command, *QUIET],
                what=what,
                timeout_seconds=DEPLOY_SECONDS,
                environment=surroundings,
                folder=state.path,
                on_line=keep,
            )
    except TimedOut as late:
        raise DeploymentFailed(f"{late}\n   The emulator's log: {state.logs}") from late
    except ToolFailed as failed:
        raise DeploymentFailed(f"{failed}\n   The whole log: {log}") from failed


def environment(state: StateFolder) -> dict[str, str]:
    """This process's environment, pointed away from any real account and any proxy.

    Node.js and the CDK leave caches in the folder of temporary files, so they get the state's own.
    """
    away = ("AWS_", "CDK_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    kept = {name: text for name, text in outside().items() if not name.upper().startswith(away)}
    return kept | {
        **CREDENTIALS,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "CDK_DEFAULT_ACCOUNT": ACCOUNT,
        "CDK_DEFAULT_REGION": REGION,
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "NO_COLOR": "1",
        "TMPDIR": str(state.temporary),
        "PATH": f"{node().parent}{os.pathsep}{kept.get('PATH', os.defpath)}",
    }
