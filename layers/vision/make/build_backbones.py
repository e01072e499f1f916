"""Makes the committed backbones out of the published weights; see `requirements.txt`.

Run from anywhere: `python layers/vision/make/build_backbones.py [folder to write into]`.
Only the backbone is quantised and heads stay float: quantising the head too costs four points of
accuracy. U8S8 can saturate on x86 without VNNI, where a deployment should choose fp32.
"""

import hashlib
import json
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnx
import onnxruntime as ort
import torch
from feature_map import NAME as FEATURES
from feature_map import expose
from onnxruntime import quantization
from onnxruntime.quantization.shape_inference import quant_pre_process
from photographs import CALIBRATION, HELD_OUT, SIZE, crops
from published import PACKAGE, ROOT, VERSION, load_published, weights_path

if TYPE_CHECKING:
    from collections.abc import Iterator

DESTINATION = ROOT / "layers" / "vision" / "python" / "oriel_vision" / "backbones" / "lite0"
OPSET = 17
CHANNELS, PLACES = 1280, 7
"""Of the feature map that the embedding is the mean of."""
CALIBRATION_CROPS = 140
CALIBRATION_BATCH = 10


class _Calibration(quantization.CalibrationDataReader):
    """Feeds the calibration crops to the quantiser, batch by batch."""

    def __init__(self) -> None:
        pictures = crops(CALIBRATION, CALIBRATION_CROPS, seed=0)
        starts = range(0, len(pictures), CALIBRATION_BATCH)
        self._batches: Iterator[dict[str, np.ndarray]] = iter(
            [{"image": pictures[start : start + CALIBRATION_BATCH]} for start in starts]
        )

    def get_next(self) -> dict[str, np.ndarray] | None:
        """Return the next batch, None after the last."""
        return next(self._batches, None)


def export_fp32(path: Path) -> None:
    """Write the float backbone; its initializers keep the names of torch's parameters."""
    torch.onnx.export(
        load_published(),
        (torch.zeros(1, SIZE, SIZE, 3, dtype=torch.uint8),),
        path,
        # The other exporter needs one more package and renames the parameters.
        dynamo=False,
        opset_version=OPSET,
        input_names=["image"],
        output_names=["embedding"],
        dynamic_axes={"image": {0: "n"}, "embedding": {0: "n"}},
    )
    onnx.checker.check_model(onnx.load(path), full_check=True)


def quantise(source: Path, destination: Path) -> None:
    """Write the int8 backbone: uint8 activations, int8 weights, a scale a channel."""
    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / "prepared.onnx"
        quant_pre_process(source, prepared, skip_symbolic_shape=True)
        quantization.quantize_static(
            prepared,
            destination,
            _Calibration(),
            quant_format=quantization.QuantFormat.QDQ,
            activation_type=quantization.QuantType.QUInt8,
            weight_type=quantization.QuantType.QInt8,
            per_channel=True,
        )


def mean_cosine(fp32: Path, int8: Path) -> float:
    """Return the mean cosine of both backbones' embeddings of pictures not calibrated on."""
    pictures = crops(HELD_OUT, 60, seed=1)
    a, b = (ort.InferenceSession(p).run(None, {"image": pictures})[0] for p in (fp32, int8))
    norms = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return float(np.mean((a * b).sum(1) / norms))


def provenance(fp32: Path, int8: Path) -> dict[str, object]:
    """Say where the files come from, what they take and give, and what they must hash to."""
    tools = ("torch", "onnx", "onnxruntime", "numpy", "pillow", "scikit-image")
    return {
        "architecture": "EfficientNet-Lite0, BatchNorm folded, without the classifier",
        "source": {
            "package": PACKAGE,
            "version": VERSION,
            "file": weights_path().name,
            "sha256": sha256(weights_path()),
            "licence": "Apache-2.0",
        },
        "input": {"name": "image", "type": "uint8", "shape": ["n", SIZE, SIZE, 3], "order": "RGB"},
        "preprocessing": "(pixel - 127) / 128, inside the graph",
        "output": {"name": "embedding", "type": "float32", "shape": ["n", CHANNELS]},
        "features": {
            "name": FEATURES,
            "type": "float32",
            "shape": ["n", CHANNELS, PLACES, PLACES],
        },
        "calibration": {"package": "scikit-image", "pictures": CALIBRATION, "licence": "CC0 or PD"},
        "made_with": {tool: metadata.version(tool) for tool in tools},
        "files": {
            path.name: {"sha256": sha256(path), "size_bytes": path.stat().st_size}
            for path in (fp32, int8)
        },
        "measured": {"mean_cosine_int8_fp32": round(mean_cosine(fp32, int8), 4)},
    }


def sha256(path: Path) -> str:
    """Return the hexadecimal SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    """Build both files and the note that goes with them."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DESTINATION
    folder.mkdir(parents=True, exist_ok=True)
    fp32, int8 = folder / "fp32.onnx", folder / "int8.onnx"
    export_fp32(fp32)
    quantise(fp32, int8)
    for file in (fp32, int8):
        expose(file, CHANNELS, PLACES)
    note = provenance(fp32, int8)
    (folder / "provenance.json").write_text(json.dumps(note, indent=2) + "\n")
    print(json.dumps(note["measured"]))


if __name__ == "__main__":
    main()
