"""Makes the models of a request ready while its pictures are on their way, and runs them."""

from collections.abc import Mapping, Sequence, Sized
from concurrent.futures import Executor, Future, wait
from typing import Self

from oriel.domain.model import Artifact, ArtifactKind
from oriel.services.recognition import Explained, Picture, ReadyModel, Recognizer
from oriel.services.stopwatch import Stopwatch
from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """A model that is to answer; with `explain` also why, for the label of `column` or the best."""

    artifact: Artifact
    explain: bool = False
    column: int | None = None


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
        only = len(asked) == 1
        self._early = [
            (position, one.artifact)
            for position, one in enumerate(asked)
            if only or one.artifact.kind is ArtifactKind.HEAD
        ]
        """What is made ready at once, by its place."""
        self._in_use: dict[int, ReadyModel] = {}
        self._loading: Future[None] | None = None

    def __enter__(self) -> Self:
        for position, artifact in self._early:
            model = self._recognizer.ready_now(artifact)
            if model is not None:
                self._in_use[position] = model
        if len(self._in_use) < len(self._early):
            try:
                self._loading = self._workers.submit(self._load_early)
            except BaseException:
                self.__exit__()
                raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._loading is not None:
            wait([self._loading])
        for model in self._in_use.values():
            model.close()

    def answer(
        self, pictures: Sequence[Mapping[int, Picture]], watch: Stopwatch
    ) -> Sequence[Explained]:
        """Let each model answer all pictures, each of which is there by the side in pixels.

        The stage `load` is what had to be waited for. A model that cannot be loaded is no matter
        where there is no picture for it.
        """
        if not pictures:
            return [([], [])] * len(self._asked)
        if self._loading is not None:
            with watch.stage("load"):
                self._loading.result()
        batches = {
            side: self._recognizer.batch([one[side] for one in pictures]) for side in pictures[0]
        }
        answers = []
        for position, asked in enumerate(self._asked):
            batch = batches[asked.artifact.input_size]
            if position in self._in_use:
                answers.append(_run(self._in_use[position], asked, batch, watch))
            else:
                answers.append(self._run_in_turn(asked, batch, watch))
        return answers

    def _run_in_turn(self, asked: Asked, batch: Sized, watch: Stopwatch) -> Explained:
        """Hold a model for as long as it answers: the next one is loaded when this one is gone."""
        with watch.stage("load"):
            model = self._recognizer.ready(asked.artifact)
        with model:
            return _run(model, asked, batch, watch)

    def _load_early(self) -> None:
        for position, artifact in self._early:
            if position not in self._in_use:
                self._in_use[position] = self._recognizer.ready(artifact)


def _run(model: ReadyModel, asked: Asked, batch: Sized, watch: Stopwatch) -> Explained:
    with watch.stage("infer"):
        if asked.explain:
            return model.explain(batch, asked.column)
        return model.answer(batch), [None] * len(batch)
