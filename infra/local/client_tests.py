"""`poe test-client --url URL --token TOKEN`: the real ximilar-client against any deployment.

The client lies in an environment of its own: its wheel brings a package `tests` and OpenCV, and
what it meets here is what it meets at its users'.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from infra.local.commands import run
from infra.local.demo.sample import read_part
from infra.local.failures import LocalFailure
from infra.local.folders import TOOLS
from infra.local.progress import note
from infra.local.tools.making import ensure_made, stamp_of
from infra.local.tools.python import INSTALL_SECONDS, interpreter_of, make_venv, outside, uv
from infra.repository import ROOT

SUITE = ROOT / "tests" / "e2e" / "real_client"
PICTURES_A_LABEL = 50


def ensure_client() -> Path:
    """The interpreter of the environment that holds the client."""
    requirements = SUITE / "requirements.txt"

    def make(folder: Path) -> None:
        make_venv(folder)
        install = [uv(), "pip", "install", "--quiet", "--python"]
        run(
            [*install, interpreter_of(folder), "-r", requirements],
            what="Installing the real client",
            timeout_seconds=INSTALL_SECONDS,
            environment=outside(),
        )

    folder = ensure_made(
        TOOLS / "client",
        stamp_of(requirements),
        make,
        what="Installing the real client",
        megabytes=400,
    )
    return interpreter_of(folder)


def write_pictures(folder: Path) -> None:
    """Unpack some pictures of each label, named `<label>-<number>.png`."""
    counts: dict[str, int] = {}
    for picture in read_part("train"):
        number = counts.setdefault(picture.label, 0)
        if number < PICTURES_A_LABEL:
            (folder / f"{picture.label}-{number}.png").write_bytes(picture.data)
            counts[picture.label] += 1


def run_suite(
    url: str, token: str, options: Sequence[str] = (), *, output: int | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run the suite against the API at `url`; `output` is where it speaks, as Popen has it."""
    with tempfile.TemporaryDirectory(prefix="oriel-pictures-") as pictures:
        write_pictures(Path(pictures))
        told = {"ORIEL_URL": url, "ORIEL_TOKEN": token, "ORIEL_PICTURES": pictures}
        return subprocess.run(
            [ensure_client(), "-m", "pytest", "-c", SUITE / "pytest.ini", SUITE, *options],
            cwd=ROOT,
            env={**outside(), **told},
            check=False,
            text=True,
            stdout=output,
            stderr=None if output is None else subprocess.STDOUT,
        )


def main() -> int:
    """Run the suite; its status is pytest's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True, help="of the API, as `poe up` prints it")
    parser.add_argument(
        "--token",
        default=os.environ.get("ORIEL_TOKEN"),
        help="of a workspace that may be filled; by default ORIEL_TOKEN, which no history keeps",
    )
    given, options = parser.parse_known_args()
    if not given.token:
        parser.error("name a token with --token or ORIEL_TOKEN")
    try:
        return run_suite(given.url, given.token, options).returncode
    except LocalFailure as failure:
        note(f"\n{failure}")
        return failure.exit_code


if __name__ == "__main__":
    sys.exit(main())
