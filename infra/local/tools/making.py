"""Make a folder once: it is there whole, with the stamp of what it was made from, or not at all."""

import fcntl
import hashlib
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local.failures import NoSpace
from infra.local.progress import step

STAMP = ".made-from"
MEGABYTE = 1024 * 1024


def stamp_of(*sources: str | Path) -> str:
    """A name for what an environment is made from: the texts, the files, and this interpreter."""
    digest = hashlib.sha256(f"{sys.version}\0{sys.base_prefix}".encode())
    for source in sources:
        digest.update(b"\0")
        digest.update(source.read_bytes() if isinstance(source, Path) else source.encode())
    return digest.hexdigest()


def is_made(folder: Path, stamp: str) -> bool:
    """Whether the folder holds what this stamp stands for."""
    try:
        return (folder / STAMP).read_text() == stamp
    except OSError:
        return False


def ensure_made(
    folder: Path, stamp: str, make: Callable[[Path], None], *, what: str, megabytes: int
) -> Path:
    """Make the folder unless it is there; two processes make it once.

    Args:
        folder: where it shall lie.
        stamp: from `stamp_of`.
        make: fills the folder it is given, which is then moved into place.
        what: what to say while making it.
        megabytes: room it needs on the disk.

    Raises:
        NoSpace: the disk has less room than that.
    """
    if is_made(folder, stamp):
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time(folder):
        if not is_made(folder, stamp):
            _check_room(folder.parent, megabytes, what)
            with step(what):
                _make(folder, stamp, make)
    return folder


def _make(folder: Path, stamp: str, make: Callable[[Path], None]) -> None:
    growing, old = folder.with_name(f".{folder.name}.new"), folder.with_name(f".{folder.name}.old")
    for leftover in (growing, old):
        shutil.rmtree(leftover, ignore_errors=True)
    try:
        make(growing)
        (growing / STAMP).write_text(stamp)
        if folder.exists():
            folder.rename(old)
        growing.rename(folder)
    except OSError as error:
        raise NoSpace(f"Cannot make {folder}: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(growing, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    with folder.with_name(f".{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _check_room(folder: Path, megabytes: int, what: str) -> None:
    free = shutil.disk_usage(folder).free // MEGABYTE
    if free < megabytes:
        raise NoSpace(f"{what} needs about {megabytes} MB below {folder}; {free} MB are free.")
