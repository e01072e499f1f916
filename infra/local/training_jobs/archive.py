"""The two archives of a job: its source and its result."""

import io
import tarfile
from pathlib import Path

from infra.local.training_jobs.failures import JobFailed


def unpack_source(content: bytes, folder: Path) -> None:
    """Unpack sourcedir.tar.gz; raises JobFailed when it is broken or leaves the folder."""
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:*") as archive:
            archive.extractall(folder, filter="data")
    except (tarfile.TarError, OSError, EOFError) as error:
        raise JobFailed(f"ClientError: cannot unpack the training source: {error}") from error


def pack_model(folder: Path, archive_path: Path) -> None:
    """Pack what the script left in the model folder."""
    with tarfile.open(archive_path, "w:gz") as archive:
        for path in sorted(folder.iterdir()):
            archive.add(path, arcname=path.name)
