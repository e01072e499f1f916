"""Makes the models of a request ready while its pictures are on their way, and runs them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeAlias

from oriel.domain.model import Artifact, ArtifactKind
from oriel.services.recognition import Explained, Picture, Recognizer
from oriel.services.stopwatch import Stopwatch


@dataclass(frozen=True, slots=True)
class Asked:
    """A model that is to answer; with `explain` also why, for the label of `column` or the best."""

    artifact: Artifact
    explain: bool = False
    column: int | None = None


_Run: TypeAlias = Callable[[Sequence[Picture]], Explained]


class ModelRuns:
    """The models that answer one request, in use from `with` on.

    One thread of `workers` makes them ready, where they are not so anyway. The only one is held
    until it has answered; of several the heads are, which take kilobytes, and networks are held in
    turn, so that a request takes no more memory than its largest.
    """

    def __init__(self, recognizer: Recognizer, workers: Executor, asked: Sequence[Asked]) -> None:
        self._recognizer = recognizer
        self._workers = workers
        self._asked = asked
        self._in_use = ExitStack()
        self._loading: Future[Mapping[int, _Run]] | None = None

    def __enter__(self) -> Self:
        if not all(self._recognizer.has(asked.artifact) for _, asked in self._early()):
            self._loading = self._workers.submit(self._load_early)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._loading is not None:
            wait([self._loading])
        self._in_use.close()

    def answer(
        self, pictures: Sequence[Mapping[int, Picture]], watch: Stopwatch
    ) -> Sequence[Explained]:
        """Let each model answer all pictures, each of which is there by the side in pixels.

        The stage `load` is what had to be waited for. A model that cannot be loaded is no matter
        where there is no picture for it.
        """
        if not pictures:
            return [([], [])] * len(self._asked)
        with watch.stage("load"):
            early = self._load_early() if self._loading is None else self._loading.result()
        batches = {
            side: self._recognizer.batch([one[side] for one in pictures]) for side in pictures[0]
        }
        answers = []
        for position, asked in enumerate(self._asked):
            with ExitStack() as in_turn:
                with watch.stage("load"):
                    run = early.get(position) or in_turn.enter_context(self._ready(asked))
                with watch.stage("infer"):
                    answers.append(run(batches[asked.artifact.input_size]))
        return answers

    def _load_early(self) -> Mapping[int, _Run]:
        return {
            position: self._in_use.enter_context(self._ready(asked))
            for position, asked in self._early()
        }

    def _early(self) -> Iterator[tuple[int, Asked]]:
        """Return what is made ready at once, by its place."""
        return (
            (position, asked)
            for position, asked in enumerate(self._asked)
            if len(self._asked) == 1 or asked.artifact.kind is ArtifactKind.HEAD
        )

    @contextmanager
    def _ready(self, asked: Asked) -> Iterator[_Run]:
        if asked.explain:
            with self._recognizer.explaining(asked.artifact) as explainer:
                yield lambda pictures: explainer(pictures, asked.column)
        else:
            with self._recognizer.loaded(asked.artifact) as answerer:
                yield lambda pictures: (answerer(pictures), [None] * len(pictures))
