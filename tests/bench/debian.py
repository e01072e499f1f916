"""Data sets that are Debian packages: installed, or unpacked below .oriel without being installed.

They are for measuring only and never part of the repository: the pictures of
`tuxpaint-stamps-default` are under the GPL.
"""

import shutil
from pathlib import Path

from infra.local.commands import run
from infra.local.failures import LocalFailure, ToolFailed
from infra.repository import ROOT

FOLDER = ROOT / ".oriel" / "datasets"
DOWNLOAD_SECONDS = 900


def data_of(package: str, inside: str) -> Path:
    """Return where the folder `inside` of a package lies, which is fetched when it is not there.

    Raises LocalFailure where it cannot be had on this machine.
    """
    for root in (Path("/"), FOLDER / package):
        if (root / inside).is_dir():
            return root / inside
    _fetch(package)
    return FOLDER / package / inside


def _fetch(package: str) -> None:
    target = FOLDER / package
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise LocalFailure(
            f"This benchmark needs the data set of Debian's package {package}. On another system "
            f"unpack the package (ar x, then tar xf data.tar.*) into {target}"
        )
    scratch = FOLDER / f"{package}.part"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        _run(["apt-get", "download", package], scratch)
        (archive,) = scratch.glob("*.deb")
        _run(["dpkg-deb", "-x", archive.name, "unpacked"], scratch)
    except ToolFailed as fault:
        raise LocalFailure(
            f"Debian's package {package} could not be fetched. Run `apt-get update`, or install it "
            f"with `apt-get install {package}`, then start again"
        ) from fault
    # Renamed as the last thing, so that an interrupted download leaves nothing half there.
    (scratch / "unpacked").rename(target)
    shutil.rmtree(scratch)


def _run(command: list[str], folder: Path) -> None:
    run(command, what="Fetching a data set", timeout_seconds=DOWNLOAD_SECONDS, folder=folder)
