"""Code and layers are unpacked once, not once a worker.

Each of the emulator's workers unpacks its own copy of its code and layers: seconds and 100 MB for
each of the many that parallel calls start, and Python compiles every module of every copy anew.
The archive module that the emulator unpacks with is replaced by one that links to a shared folder,
named by the archive's hash; as on Lambda, functions cannot rely on writing there.
"""

import hashlib
import shutil
import tempfile
import threading
import types
import zipfile
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime

_unpacking = threading.Lock()


def apply() -> None:
    """Let the workers' module see the sharing archive class."""
    shared = types.ModuleType("zipfile")
    shared.__dict__.update(zipfile.__dict__)
    shared.__dict__["ZipFile"] = SharedArchive
    lambda_runtime.zipfile = shared


class SharedArchive(zipfile.ZipFile):
    """An archive whose `extractall` makes a link to the one unpacked copy."""

    def extractall(self, path: Any = None, *_: Any, **__: Any) -> None:
        """Replace the empty folder by a link, and drop the archive that was read."""
        link, archive = Path(path), Path(str(self.filename))
        with _unpacking:
            target = self._unpacked(archive)
        link.rmdir()
        link.symlink_to(target, target_is_directory=True)
        archive.unlink()

    def _unpacked(self, archive: Path) -> Path:
        name = hashlib.sha256(archive.read_bytes()).hexdigest()[:32]
        target = Path(tempfile.gettempdir()) / "unpacked" / name
        if not target.exists():
            growing = target.with_suffix(".new")
            shutil.rmtree(growing, ignore_errors=True)
            super().extractall(growing)
            growing.rename(target)
        return target
