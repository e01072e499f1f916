"""Ask the model: `python example.py picture.jpg ...`; without pictures it proves itself.

Needs `pip install onnxruntime pillow numpy` and the files beside this one.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime as ort
from PIL import Image, ImageOps

HERE = Path(__file__).parent
about = json.loads((HERE / "labels.json").read_text(encoding="utf-8"))
session = ort.InferenceSession(HERE / "model.onnx", providers=["CPUExecutionProvider"])
side, names = about["input"]["shape"][1], [label["name"] for label in about["labels"]]


def pixels(path: str) -> np.ndarray:
    """Read a picture as the deployment does: upright, on white, squeezed into the square."""
    file = Image.open(path)
    file.draft(None, (2 * side, 2 * side))  # large JPEGs are read smaller
    picture = ImageOps.exif_transpose(file).convert("RGBA")
    white = Image.new("RGBA", picture.size, "white")
    rgb = Image.alpha_composite(white, picture).convert("RGB")
    return np.asarray(rgb.resize((side, side), Image.Resampling.BILINEAR, reducing_gap=2.0))


for path in sys.argv[1:]:
    (row,) = session.run(None, {"image": pixels(path)[None]})[0]
    print(path, json.dumps(dict(zip(names, row.tolist(), strict=True)), ensure_ascii=False))
if not sys.argv[1:]:
    expected = np.load(HERE / "parity_expected.npy")
    (got,) = session.run(None, {"image": np.load(HERE / "parity_pictures.npy")})
    away = float(np.abs(got - expected).max() / max(1, np.abs(expected).max()))
    sys.exit(f"{away:.1e} away: see card.md" if away > about["most_difference"] else 0)
