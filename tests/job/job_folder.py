"""A training job's folders, pictures and process, as SageMaker would make them."""

import json
import os
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

COLOURS = ((200, 40, 40), (40, 200, 40), (40, 40, 200))
SIDE = 16
PROCESS_SECONDS = 300


class JobFolder:
    """Pictures of plain colours with noise, one colour a label; the source is unpacked already."""

    def __init__(self, root: Path, source: Path) -> None:
        self.root, self.source = root, source
        self.images, self.snapshot = root / "input/data/images", root / "input/data/snapshot"
        self.model, self.output = root / "model", root / "output"
        self.checkpoint = root / "checkpoints" / "last-epoch.pt"
        self.failure = self.output / "failure"
        for folder in (self.images, self.snapshot, self.output / "data"):
            folder.mkdir(parents=True)

    def add_pictures(self, labels: int = 3, train: int = 8, test: int = 3) -> list[dict[str, Any]]:
        """Write pictures and the snapshot; `train` and `test` are numbers a label."""
        random = np.random.default_rng(5)
        items = []
        for label in range(labels):
            for number in range(train + test):
                name = f"{label}-{number}"
                noise = random.integers(-40, 40, (SIDE, SIDE, 3))
                pixels = np.clip(np.array(COLOURS[label]) + noise, 0, 255).astype(np.uint8)
                Image.fromarray(pixels).save(self.images / name, "PNG")
                items.append(item(name, label, "train" if number < train else "test"))
        self.write_snapshot(items, labels)
        return items

    def add_tagged(self, train: int = 8, test: int = 3) -> list[dict[str, Any]]:
        """Write pictures whose tags are the colours that they are mixed of; some have none."""
        items = []
        for mix in product((0, 1), repeat=len(COLOURS)):
            for number in range(train + test):
                name = f"{''.join(map(str, mix))}-{number}"
                self._paint(name, np.array(mix) * 160 + 40)
                columns = [column for column, there in enumerate(mix) if there]
                side = "train" if number < train else "test"
                items.append({**item(name, 0, side), "columns": columns})
        self.write_snapshot(items, len(COLOURS), "multi_label")
        return items

    def add_valued(
        self, train: int = 40, test: int = 10, scale: float = 1.0, offset: float = 0.0
    ) -> list[dict[str, Any]]:
        """Write grey pictures; the value is how bright they are, from 0 to 1, in other units."""
        items = []
        for number in range(train + test):
            share = (number * 7 % (train + test)) / (train + test - 1)
            self._paint(f"g-{number}", np.full(3, 40 + 170 * share))
            side = "train" if number < train else "test"
            items.append({**item(f"g-{number}", 0, side), "value": scale * share + offset})
            del items[-1]["columns"]
        self.write_snapshot(items, 1, "regression")
        return items

    def _paint(self, name: str, colour: NDArray[np.floating]) -> None:
        noise = np.random.default_rng(list(name.encode())).integers(-40, 40, (SIDE, SIDE, 3))
        pixels = np.clip(colour + noise, 0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(self.images / name, "PNG")

    def write_snapshot(
        self, items: list[dict[str, Any]], labels: int, task_type: str = "multi_class"
    ) -> None:
        document = {
            "format": 2,
            "task_type": task_type,
            "workspace_id": "workspace",
            "task_id": "task",
            "labels": [{"id": f"id-{n}", "name": f"colour {n}"} for n in range(labels)],
            "test_hash": "hash",
            "items": items,
        }
        (self.snapshot / "0123abcd.json").write_text(json.dumps(document))

    def variables(self, **options: float) -> dict[str, str]:
        passed_on = {"PATH", "HOME", "LANG", "TMPDIR", "OMP_NUM_THREADS"} & os.environ.keys()
        return {
            **{name: os.environ[name] for name in passed_on},
            "PYTHONWARNINGS": "error",
            "SM_MODEL_DIR": str(self.model),
            "SM_OUTPUT_DATA_DIR": str(self.output / "data"),
            "SM_CHANNEL_SNAPSHOT": str(self.snapshot),
            "SM_CHANNEL_IMAGES": str(self.images),
            "SM_HP_OPTIONS": json.dumps(options),
        }

    def start(self, **options: float) -> "subprocess.Popen[str]":
        """Start the script; its output, errors included, can be read line by line."""
        return subprocess.Popen(
            [sys.executable, "train.py", "--options", json.dumps(options)],
            cwd=self.source,
            env=self.variables(**options),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, **options: float) -> tuple[int, list[str]]:
        """Run the script to its end; returns its status and the lines it printed."""
        process = self.start(**options)
        output, _ = process.communicate(timeout=PROCESS_SECONDS)
        return process.returncode, output.splitlines()

    def report(self) -> dict[str, Any]:
        report: dict[str, Any] = json.loads((self.model / "report.json").read_text())
        return report


def item(name: str, label: int, split: str) -> dict[str, Any]:
    return {"image_id": name, "columns": [label], "split": split, "sha256": name, "group": name}
