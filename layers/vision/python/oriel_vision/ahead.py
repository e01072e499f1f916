"""Networks whose graph was optimised before they were deployed.

ONNX Runtime optimises a graph each time it opens it, for about half of the time that opening takes.
What comes out fits its version and one kind of processor. So a file that was made ahead lies beside
the portable one, with a note of what it was made of and by, and is opened where both are the same.
The price is the room of a second file.
"""

import hashlib
import json
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnxruntime as ort

from oriel_vision.session import open_session

NOTE = "ahead.json"
_FITTED = b"com.microsoft.nchwc"
"""Operators whose weights are laid out for the registers of one processor, not for its kind."""


class CorruptAhead(Exception):
    """A file that was made ahead is not the one that its note describes."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """A network made ahead; `finished` says that opening it leaves nothing to optimise."""

    model: bytes
    finished: bool


def make_ahead(networks: Iterable[Path]) -> None:
    """Lay optimised files, and the note, beside networks of one folder."""
    made = {portable: _made(portable) for portable in networks}
    (folder,) = {portable.parent for portable in made}
    files = {portable.name: facts for portable, facts in made.items()}
    note = json.dumps({**_here(), "files": files}, indent=2)
    (folder / NOTE).write_text(f"{note}\n", encoding="utf-8")


def read_ahead(portable: Path, sha256: str) -> Ahead | None:
    """Return what was made here of a network with this SHA-256, None where nothing was.

    Raises CorruptAhead.
    """
    try:
        note: dict[str, Any] = json.loads((portable.parent / NOTE).read_bytes())
    except FileNotFoundError:
        return None
    made = note["files"].get(portable.name, {})
    fits = all(note[name] == value for name, value in _here().items())
    if not fits or made.get("made_of") != sha256:
        return None
    content = (portable.parent / made["file"]).read_bytes()
    if _sha256(content) != made["sha256"]:
        raise CorruptAhead(f"{made['file']} is not the file of its note")
    return Ahead(content, made["finished"])


def _made(portable: Path) -> dict[str, Any]:
    model, file = portable.read_bytes(), portable.with_suffix(".ahead")
    open_session(model, threads=1, save_to=file)
    # The name stands once among the operator sets, and again wherever it is used.
    finished = file.read_bytes().count(_FITTED) == 1
    if not finished:
        open_session(model, threads=1, save_to=file, fitted=False)
    sha256 = _sha256(file.read_bytes())
    made_of = _sha256(model)
    return {"file": file.name, "sha256": sha256, "made_of": made_of, "finished": finished}


def _here() -> dict[str, str]:
    return {"onnxruntime": ort.__version__, "machine": platform.machine()}


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
