"""Draws the demo's sample out of Fashion-MNIST, the same 3,000 pictures every time.

`apt-get install dataset-fashion-mnist`, then `python -m infra.local.demo.make_sample`. The first
2,000 come from the set's training part, 200 a label, and the 1,000 that stay unseen from its test
part, 100 a label, each drawn with a fixed seed. The archive holds `<part>/<label>/<index>.png`,
index being the picture's place in the set, so that each one can be traced back.
"""

import gzip
import io
import sys
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SOURCE = Path("/usr/share/datasets/fashion-mnist")
TARGET = Path(__file__).parent / "sample" / "fashion-mnist-3000.zip"
LABELS = (
    "T-shirt",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
PARTS = (("train", "train", 200), ("held_out", "t10k", 100))
SEED = 20261121


def read_idx(path: Path, header_bytes: int) -> NDArray[np.uint8]:
    """Read the payload of a gzipped IDX file of bytes."""
    return np.frombuffer(gzip.decompress(path.read_bytes()), np.uint8, offset=header_bytes)


def draw(source: Path, prefix: str, per_label: int) -> list[tuple[str, int, NDArray[np.uint8]]]:
    """Draw `per_label` pictures of each label: (label, index in the set, 28 x 28 grey picture)."""
    pictures = read_idx(source / f"{prefix}-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28)
    labels = read_idx(source / f"{prefix}-labels-idx1-ubyte.gz", 8)
    random = np.random.default_rng(SEED)
    drawn = []
    for number, name in enumerate(LABELS):
        chosen = random.choice(np.flatnonzero(labels == number), per_label, replace=False)
        drawn += [(name, int(index), pictures[index]) for index in np.sort(chosen)]
    return drawn


def encode_png(picture: NDArray[np.uint8]) -> bytes:
    """Encode a grey picture without loss."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def main(source: Path) -> None:
    """Write the archive; its bytes depend on nothing but the pictures."""
    with zipfile.ZipFile(TARGET, "w", zipfile.ZIP_STORED) as archive:
        for part, prefix, per_label in PARTS:
            for label, index, picture in draw(source, prefix, per_label):
                name = f"{part}/{label}/{index:05d}.png"
                archive.writestr(zipfile.ZipInfo(name), encode_png(picture))
    print(f"{TARGET}: {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SOURCE)
