"""What a user of a model server writes: a JPEG in, the probability of each label out.

It decodes and scales as this project does, for the same answers, and leaves out what this project
checks of strangers' pictures. Runs in each peer's own environment.
"""

import io
import json
import os
from pathlib import Path

import numpy as np
import onnxruntime as ort
from PIL import Image


class Recognizer:
    """The network and the head in the folder that PEER_MODEL names, in one thread."""

    def __init__(self) -> None:
        folder = Path(os.environ["PEER_MODEL"])
        described = json.loads((folder / "model.json").read_bytes())
        self._labels: list[str] = described["labels"]
        self._side: int = described["input_size"]
        self._head = np.load(folder / "head.npy")
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = ort.InferenceSession(
            folder / "model.onnx", options, providers=["CPUExecutionProvider"]
        )

    def classify(self, jpeg: bytes) -> dict[str, float]:
        """Answer for a file's bytes."""
        return self.classify_picture(Image.open(io.BytesIO(jpeg)))

    def classify_picture(self, picture: Image.Image) -> dict[str, float]:
        """Answer for a picture that was opened and not decoded yet."""
        picture.draft("RGB", (2 * self._side, 2 * self._side))
        size = (self._side, self._side)
        square = picture.convert("RGB").resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
        (embedding,) = self._session.run(["embedding"], {"image": np.asarray(square)[None]})[0]
        logits = np.sqrt(embedding) @ self._head[:-1] + self._head[-1]
        powers = np.exp(logits - logits.max())
        probabilities = (powers / powers.sum()).tolist()
        return dict(zip(self._labels, probabilities, strict=True))
