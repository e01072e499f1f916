"""The pictures that the demo shows: read from the archive that lies beside this file."""

import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

ARCHIVE = Path(__file__).parent / "sample" / "fashion-mnist-3000.zip"


@dataclass(frozen=True, slots=True)
class Picture:
    """One PNG with what is really on it."""

    name: str
    label: str
    data: bytes


def read_part(part: str) -> list[Picture]:
    """Read the pictures of `train` or `held_out`, labels taking turns.

    In turns, so that a demo that stops early has still seen every label.
    """
    by_label: dict[str, list[Picture]] = {}
    with zipfile.ZipFile(ARCHIVE) as archive:
        for name in archive.namelist():
            path = PurePosixPath(name)
            if path.parts[0] == part:
                picture = Picture(path.stem, path.parts[1], archive.read(name))
                by_label.setdefault(picture.label, []).append(picture)
    return [picture for turn in zip(*by_label.values(), strict=True) for picture in turn]
