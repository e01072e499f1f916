"""The environment of each peer: made once below .oriel/tools, apart from the project's own."""

from pathlib import Path

from infra.local.folders import TOOLS
from infra.local.tools.making import ensure_made, stamp_of
from infra.local.tools.python import install, interpreter_of, make_venv

FOLDER = Path(__file__).with_name("requirements")
MEGABYTES = 800


def requirements_of(name: str) -> Path:
    """Return the file of a peer's pinned packages."""
    return FOLDER / f"{name}.txt"


def ensure_peer(name: str) -> Path:
    """Return the interpreter of the environment that holds a peer."""
    requirements = requirements_of(name)

    def make(folder: Path) -> None:
        make_venv(folder)
        install(folder, requirements)

    folder = ensure_made(
        TOOLS / f"peer-{name}",
        stamp_of(requirements),
        make,
        what=f"Installing {name} to measure beside",
        megabytes=MEGABYTES,
    )
    return interpreter_of(folder)


def pinned(requirements: str, package: str) -> str:
    """Return the version of a package in a file of pins; raises KeyError."""
    pins = (line.partition("==") for line in requirements.splitlines())
    versions = {name.strip(): rest.split()[0] for name, _, rest in pins if rest}
    return versions[package]
