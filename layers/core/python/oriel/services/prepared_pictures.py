"""Gets the pictures of a request ready: their bytes, and what models take of them."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from threading import Event
from typing import TypeAlias

from oriel.domain.errors import InvalidInput, PayloadTooLarge
from oriel.domain.model import Artifact
from oriel.ports import Fetcher
from oriel.services.recognition import Picture, Recognizer
from oriel.services.records import Record, Unanswered, picture_bytes
from oriel.services.stopwatch import Stopwatch


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture, decoded once for each side in pixels that a model takes, by that side.

    `original` are its bytes as they came, empty where they are not to be kept.
    """

    pictures: Mapping[int, Picture]
    original: bytes

    @property
    def any(self) -> Picture:
        """One of them: all of them know the size as displayed."""
        return next(iter(self.pictures.values()))


Outcome: TypeAlias = Prepared | Unanswered


@dataclass(frozen=True, slots=True)
class _Job:
    """A record on its way; `fetched` is set once its bytes are there, or will never be."""

    record: Record
    fetched: Event = field(default_factory=Event)


@dataclass(frozen=True, slots=True)
class PicturePreparer:
    """Fetches and decodes side by side in `workers`, each picture as soon as its bytes came."""

    fetcher: Fetcher
    recognizer: Recognizer
    workers: Executor

    def prepare(
        self,
        records: Iterable[Record],
        artifacts: Iterable[Artifact],
        watch: Stopwatch,
        *,
        keeps: bool,
    ) -> Sequence[Outcome]:
        """Prepare each record for all models, in the order of the records.

        The stages say what the request waited for: `fetch` until the last bytes had come, `decode`
        from then on until the last picture was ready.
        """
        sides = {artifact.input_size: artifact for artifact in artifacts}
        jobs = [_Job(record) for record in records]
        running = [self.workers.submit(self._ready, job, sides, keeps=keeps) for job in jobs]
        with watch.stage("fetch"):
            for job in jobs:
                job.fetched.wait()
        with watch.stage("decode"):
            return [future.result() for future in running]

    def _ready(self, job: _Job, sides: Mapping[int, Artifact], *, keeps: bool) -> Outcome:
        try:
            data = self._bytes(job)
            pictures = {
                side: self.recognizer.decode(data, artifact) for side, artifact in sides.items()
            }
        except (InvalidInput, PayloadTooLarge) as problem:
            return Unanswered(job.record, str(problem))
        return Prepared(pictures, data if keeps else b"")

    def _bytes(self, job: _Job) -> bytes:
        try:
            return picture_bytes(job.record, self.fetcher)
        finally:
            job.fetched.set()
