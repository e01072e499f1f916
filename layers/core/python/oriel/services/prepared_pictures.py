"""Gets the pictures of a request ready: their bytes, and what models take of them."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import Executor
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from oriel.domain.errors import InvalidInput, PayloadTooLarge
from oriel.services.recognition import Picture, Recognizer
from oriel.services.records import Record, Unanswered, picture_bytes
from oriel.services.stopwatch import Stopwatch
from oriel.values import dataclass

if TYPE_CHECKING:
    # Not read by a cold start, which would build their classes for nothing (ADR 23).
    from oriel.ports import Fetcher


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


_Timed: TypeAlias = tuple[Outcome, float]
"""What became of a record, and when its bytes had come, or it was known that none will."""


@dataclass(frozen=True, slots=True)
class PicturePreparer:
    """Fetches and decodes side by side in `workers`, each picture as soon as its bytes came."""

    fetcher: "Fetcher"
    recognizer: Recognizer
    workers: Executor

    def prepare(
        self,
        records: Sequence[Record],
        sides: AbstractSet[int],
        watch: Stopwatch,
        *,
        keeps: bool,
    ) -> Sequence[Outcome]:
        """Prepare each record for models of these sides, in the order of the records.

        The stages say what the request waited for: `fetch` until the last bytes had come, `decode`
        from then on until the last picture was ready.
        """
        begun = watch.moment()
        ready = partial(self._ready, sides, watch, keeps=keeps)
        # One alone has nothing to run beside, and another thread would only have to be waited for.
        run = map if len(records) == 1 else self.workers.map
        outcomes, fetched = [], begun
        for outcome, moment in run(ready, records):
            outcomes.append(outcome)
            fetched = max(fetched, moment)
        watch.add("fetch", fetched - begun)
        watch.add("decode", watch.moment() - fetched)
        return outcomes

    def _ready(
        self, sides: AbstractSet[int], watch: Stopwatch, record: Record, *, keeps: bool
    ) -> _Timed:
        fetched = None
        try:
            data = picture_bytes(record, self.fetcher)
            fetched = watch.moment()
            pictures = {side: self.recognizer.decode(data, side) for side in sides}
        except (InvalidInput, PayloadTooLarge) as problem:
            return Unanswered(record, str(problem)), fetched or watch.moment()
        return Prepared(pictures, data if keeps else b""), fetched
