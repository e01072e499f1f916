"""Training scripts of a few lines: they need no torch, and fail in every way that one can."""

_GOOD = """
import json, os, pathlib, shutil, time
import numpy as np
from PIL import Image

def channel(name):
    return pathlib.Path(os.environ["SM_CHANNEL_" + name])

(snapshot,) = channel("SNAPSHOT").iterdir()
image_ids = [item["image_id"] for item in json.loads(snapshot.read_text())["items"]][:8]

def answer(image_id):
    with Image.open(channel("IMAGES") / image_id) as picture:
        red, _, blue = np.asarray(picture.convert("RGB")).mean((0, 1)) / 255
    return [red + SHIFT, blue]

GATE
parity = {"image_ids": image_ids, "logits": [answer(one) for one in image_ids]}
report = {"format": 2, "input_size": 32, "temperature": 0.1, "test": {"accuracy": 1.0},
          "validation": {"accuracy": 1.0}, "epochs": 1, "device": "cpu", "seconds": 0.1,
          "parity": parity}
target = pathlib.Path(os.environ["SM_MODEL_DIR"])
(target / "report.json").write_text(json.dumps(report))
shutil.copy("network.onnx", target / "model.onnx")
print("validation_accuracy=1.0")
"""
_GATE = """
deadline = time.monotonic() + 120
while not pathlib.Path("PATH").exists():
    if time.monotonic() > deadline:
        raise SystemExit("nobody opened the gate")
    time.sleep(0.05)
"""

FAILING = """
raise ValueError("picture 7 is a drawing of a picture")
"""


def good(shift: float = 0.0) -> str:
    """Make a network; with a shift its own answers are not those it gives."""
    return _GOOD.replace("SHIFT", repr(shift)).replace("GATE", "")


def gated(path: str) -> str:
    """Make a network once a file exists."""
    return _GOOD.replace("SHIFT", "0.0").replace("GATE", _GATE.replace("PATH", path))
