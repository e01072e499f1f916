"""What has been said of a training so far, as one small file that others read while it runs.

It lies among the checkpoints, which SageMaker copies to S3 all the while.
"""

import json
import math
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

NAME = "progress.json"
VALIDATION = "validation_"


class ProgressFile:
    """The last of everything that was said; nothing is kept before a folder is chosen."""

    def __init__(self) -> None:
        self._file: Path | None = None
        self._known: dict[str, Any] = {}
        self._last_epoch_at: float | None = None

    def keep_in(self, folder: Path) -> None:
        """Keep what is said from now on in this folder."""
        folder.mkdir(parents=True, exist_ok=True)
        self._file, self._known, self._last_epoch_at = folder / NAME, {}, None

    def note(self, facts: Mapping[str, object]) -> None:
        """Take up what a line of progress says; whoever reads meanwhile sees a whole file."""
        if self._file is None:
            return
        self._known |= {"phase": facts.get("phase", "train"), "updated": time.time()}
        for name in ("loss", "seconds_left"):
            if name in facts:
                self._known[name] = _number(facts[name])
        if "epoch" in facts:
            self._note_epoch(facts)
        growing = self._file.with_suffix(".tmp")
        growing.write_text(json.dumps(self._known))
        growing.replace(self._file)

    def _note_epoch(self, facts: Mapping[str, object]) -> None:
        epoch, epochs = int(str(facts["epoch"])), int(str(facts["of"]))
        found = {
            name.removeprefix(VALIDATION): _number(value)
            for name, value in facts.items()
            if name.startswith(VALIDATION)
        }
        self._known |= {"epoch": epoch, "epochs": epochs, "validation": found}
        now, before = time.monotonic(), self._last_epoch_at
        self._last_epoch_at = now
        left = self._known.get("seconds_left")
        if before is not None and left is not None:
            # The pace of the last epoch knows better than the whole budget.
            self._known["seconds_left"] = min(left, round((now - before) * (epochs - epoch)))


def _number(value: object) -> float | None:
    """Read a number; None for what JSON cannot write, as the loss of a training that diverged."""
    number = float(str(value))
    return number if math.isfinite(number) else None


PROGRESS = ProgressFile()
"""Of this process, as its output is."""
