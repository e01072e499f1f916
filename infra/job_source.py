"""The training script as SageMaker's script mode takes it: one archive, flat, ready to run.

The same sources always give the same bytes, so that a deployment that changes nothing uploads
nothing.
"""

import gzip
import os
import tarfile
import tempfile
from pathlib import Path
from typing import IO

from infra.repository import TRAINING_DEFINITION, VISION_LAYER

ARCHIVE = "sourcedir.tar.gz"
JOB = TRAINING_DEFINITION.parent / "job"
REQUIREMENTS = "requirements.txt"
VISION_PACKAGE = VISION_LAYER / "python" / "oriel_vision"
# Training starts from the float backbone; the quantised one only serves.
BACKBONE_FILES = ("LICENSE", "fp32.onnx")


class NoJobSource(Exception):
    """Something that the script needs is missing; says what."""


def build_job_source(out_dir: Path, job: Path = JOB, vision_package: Path = VISION_PACKAGE) -> Path:
    """Write `sourcedir.tar.gz` into `out_dir` and return its path; raises NoJobSource.

    At its root lie the script's modules, its requirements and the package `oriel_vision`, so that
    `train.py` imports all of them without being installed.
    """
    members = _members(job, vision_package)
    out_dir.mkdir(parents=True, exist_ok=True)
    archive = out_dir / ARCHIVE
    handle, unfinished = tempfile.mkstemp(prefix=f".{ARCHIVE}-", dir=out_dir)
    try:
        with os.fdopen(handle, "wb") as file:
            _write(file, members)
        Path(unfinished).chmod(0o644)
        Path(unfinished).replace(archive)
    finally:
        Path(unfinished).unlink(missing_ok=True)
    return archive


def _members(job: Path, vision_package: Path) -> list[tuple[str, Path]]:
    scripts = {job / "train.py", job / REQUIREMENTS, *job.glob("*.py")}
    package = {vision_package / "__init__.py", *vision_package.rglob("*.py")}
    package |= {vision_package / "backbones" / "lite0" / name for name in BACKBONE_FILES}
    found = [(path.name, path) for path in scripts]
    found += [(path.relative_to(vision_package.parent).as_posix(), path) for path in package]
    missing = sorted(name for name, path in found if not path.is_file())
    if missing:
        raise NoJobSource(f"the training source lacks {', '.join(missing)}")
    return sorted(found)


def _write(file: IO[bytes], members: list[tuple[str, Path]]) -> None:
    with (
        gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=file, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive,
    ):
        for name, path in members:
            # What is not set here, owner and time above all, is zero.
            member = tarfile.TarInfo(name)
            member.size = path.stat().st_size
            member.mode = 0o644
            with path.open("rb") as content:
                archive.addfile(member, content)
