"""Notes which public methods of the client ran and what they returned, without touching it."""

import inspect
import sys
import threading
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import ximilar.client
from ximilar.client import RestClient
from ximilar.client.recognition import Image, Label, Model, Point, RecognitionClient, Task

SHOWN = (RestClient, RecognitionClient, Task, Label, Image, Model, Point)
_FOLDER = str(Path(ximilar.client.__file__).parent)
_MOST_CHARACTERS = 110


class Recorder:
    """While it listens, keeps the last answer of each method by its qualified name."""

    def __init__(self) -> None:
        self.returned: dict[str, str] = {}
        self._names = _names_of_methods()

    def listen(self) -> None:
        """Begin."""
        threading.setprofile(self._see)
        sys.setprofile(self._see)

    def stop(self) -> None:
        """End."""
        sys.setprofile(None)
        threading.setprofile(None)

    def missing(self) -> set[str]:
        """Name the methods that never returned."""
        return set(self._names.values()) - self.returned.keys()

    def _see(self, frame: FrameType, event: str, answer: Any) -> None:
        if event != "return" or not frame.f_code.co_filename.startswith(_FOLDER):
            return
        name = self._names.get(frame.f_code)
        # An exception also ends a frame: with None, as does a method without an answer.
        if name is not None and (answer is not None or name not in self.returned):
            self.returned[name] = _shortly(answer)


def _names_of_methods() -> dict[CodeType, str]:
    named: dict[CodeType, str] = {}
    for kind in SHOWN:
        for name, thing in vars(kind).items():
            if not name.startswith("_") and isinstance(thing, FunctionType | staticmethod):
                method = inspect.unwrap(thing)
                named[method.__code__] = f"{kind.__name__}.{name}"
    return named


def _shortly(answer: Any) -> str:
    """Describe a value by its shape; ids and addresses differ in every run."""
    if isinstance(answer, tuple):
        return f"({', '.join(_shortly(part) for part in answer)})"[:_MOST_CHARACTERS]
    if isinstance(answer, list):
        return f"[{len(answer)} x {_shortly(answer[0])}]" if answer else "[]"
    if isinstance(answer, dict):
        if set(answer) <= {"status", "count"}:
            return str(answer)
        return f"{{{', '.join(sorted(map(str, answer)))}}}"[:_MOST_CHARACTERS]
    if answer is None or isinstance(answer, bool | int | float):
        return repr(answer)
    return type(answer).__name__
