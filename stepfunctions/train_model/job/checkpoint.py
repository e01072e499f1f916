"""One file from which an interrupted training goes on."""

import pickle
from pathlib import Path
from typing import Any

import torch
from progress import say

FORMAT = 3


class Checkpoints:
    """The last state of one training, in a folder that SageMaker keeps in S3."""

    def __init__(self, folder: Path, training: str, name: str = "last-epoch.pt") -> None:
        """`training` names what is trained: a state of another one is not taken up."""
        self._folder, self._file = folder, folder / name
        self._training = f"{FORMAT}:{training}"

    def save(self, state: dict[str, Any]) -> None:
        """Replace the file; whoever reads it meanwhile sees the old or the new one, whole."""
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = self._file.with_suffix(".tmp")
        torch.save({**state, "training": self._training}, unfinished)
        unfinished.replace(self._file)

    def load(self) -> dict[str, Any] | None:
        """Return what was saved last; None where there is nothing that fits, and say so."""
        if not self._file.is_file():
            return None
        try:
            # Only tensors and plain values: nothing else is unpickled.
            state: dict[str, Any] = torch.load(self._file, map_location="cpu", weights_only=True)
        except (RuntimeError, EOFError, OSError, ValueError, pickle.UnpicklingError) as fault:
            say(phase="resume", checkpoint="unreadable", fault=type(fault).__name__)
            return None
        if state.get("training") != self._training:
            say(phase="resume", checkpoint="foreign")
            return None
        return state
