"""Folders under `.build` that are either there whole or not at all."""

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path


def digest_of(files: Iterable[Path], below: Path, *more: str) -> str:
    """Return a name for the names below a folder and the content of files, and for more."""
    digest = hashlib.sha256("\0".join(more).encode())
    for file in files:
        digest.update(f"{file.relative_to(below)}\0{file.stat().st_size}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def made_once(folder: Path, make: Callable[[Path], None]) -> Path:
    """Return `folder`, made by `make` where it is missing.

    Its name has to change with its content. Two processes may make it at the same time: both make
    their own, and the first to finish wins.
    """
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        make(unfinished)
        unfinished.chmod(0o755)
        _rename(unfinished, folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def _rename(unfinished: Path, folder: Path) -> None:
    try:
        unfinished.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
