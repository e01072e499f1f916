"""Checkpoints live in S3 while a job runs, so that a repeated job goes on where this one ended."""

from pathlib import Path

from infra.local.training_jobs.storage import Location, Storage


class CheckpointSync:
    """One job's folder of checkpoints and its place in S3."""

    def __init__(self, storage: Storage, place: Location | None, folder: Path) -> None:
        """Without a place nothing is kept."""
        self._storage, self._place, self._folder = storage, place, folder
        self._kept: dict[Path, tuple[int, int]] = {}

    def restore(self) -> None:
        """Fetch what an earlier job with the same place has left."""
        if self._place is None:
            return
        beginning = Location(self._place.bucket, self._place.key.rstrip("/") + "/")
        wanted = [
            (Location(beginning.bucket, key), self._folder / key[len(beginning.key) :])
            for key in self._storage.keys(beginning)
        ]
        self._storage.download(wanted)
        self._kept = {path: _mark(path) for _, path in wanted}

    def save(self) -> None:
        """Write to S3 what is new or changed."""
        if self._place is None:
            return
        for path in [path for path in self._folder.rglob("*") if path.is_file()]:
            try:
                mark = _mark(path)
                if self._kept.get(path) != mark:
                    name = path.relative_to(self._folder).as_posix()
                    self._storage.upload(path, self._place.below(name))
                    self._kept[path] = mark
            except FileNotFoundError:  # the script has just replaced it
                continue


def _mark(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size
