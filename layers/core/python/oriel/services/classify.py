"""Classification: records in, what models say of each of their labels out."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from typing import TYPE_CHECKING, TypeVar

from oriel.domain.abstention import OFF, Abstention
from oriel.domain.errors import InvalidInput, NotFound, OrielError
from oriel.domain.explanation import HeatMap
from oriel.domain.model import Artifact, Model
from oriel.domain.task import Task
from oriel.domain.traffic import Traffic
from oriel.services.model_runs import Asked, ModelRuns
from oriel.services.prepared_pictures import Outcome, PicturePreparer, Prepared
from oriel.services.published_models import Chosen, PublishedModels
from oriel.services.recognition import Explained, Recognizer
from oriel.services.records import MAX_RECORDS, Record, Unanswered
from oriel.services.stopwatch import Stopwatch
from oriel.values import dataclass

if TYPE_CHECKING:
    # Not read by a cold start, which would build their classes for nothing (ADR 23).
    from oriel.ports import Fetcher

T = TypeVar("T")

WORKERS = MAX_RECORDS + 2
"""Threads of which a request makes use: one for each record, one that loads its models, and one
that finds out whether they need to answer."""


@dataclass(frozen=True, slots=True)
class ClassifyRequest:
    """What is asked: `version` None means the production version.

    `listed` says that the tasks came as a list, of one or more, so that the answer is by task.
    `workspace` is what the request names, None where it names nothing. With `store_images` the
    pictures are to be kept as training images. With `explain` each answer says where in the picture
    it comes from: that of the label `explain_label`, of the best label where that is None. With
    `playground` it only tries what a task would say, and nothing is to be left of it. While
    a candidate is on trial, `sticky_id` decides which version answers: the same one to the same id.

    With several tasks there is no `version`, `store_images` or `explain_label`: these are one
    task's.
    """

    task_ids: tuple[str, ...]
    version: int | None
    records: tuple[Record, ...]
    listed: bool = False
    workspace: str | None = None
    store_images: bool = False
    explain: bool = False
    explain_label: str | None = None
    sticky_id: str = ""
    playground: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A record that was answered: one number for each label of the model, as in `Outputs`.

    `original` are the picture's bytes as they came, empty where they are not to be kept. `heat_map`
    is None where no explanation was asked for, or the model cannot give one.
    """

    record: Record
    width: int
    height: int
    outputs: Sequence[float]
    original: bytes = b""
    heat_map: HeatMap | None = None


@dataclass(frozen=True, slots=True)
class Classified:
    """What one task answered to each record, in the order of the request.

    `keeping` is the task where the pictures are to be kept as training images of it. `explain` says
    that explanations were asked for, and `abstention` which answers are too unsure to be given.
    `trial` is the one that is under way where nobody asked for the version.
    """

    model: Model
    artifact: Artifact
    outcomes: tuple[Answer | Unanswered, ...]
    keeping: Task | None = None
    explain: bool = False
    trial: Traffic | None = None
    abstention: Abstention = OFF


@dataclass(frozen=True, slots=True)
class _Question:
    """What one task is asked; `column` is the label to explain where one was named."""

    chosen: Chosen
    artifact: Artifact
    keeping: Task | None
    column: int | None

    @property
    def keeps(self) -> bool:
        """Whether the pictures' bytes are needed after the answer."""
        return self.keeping is not None or self.chosen.trial_is_shadow


class Classifier:
    """Answers classification requests.

    Pictures are fetched and decoded side by side in `workers`, while the models are made ready; all
    of a request's pictures then go through each model as one batch.
    """

    def __init__(
        self,
        published: PublishedModels,
        fetcher: "Fetcher",
        recognizer: Recognizer,
        workers: Executor,
    ) -> None:
        self._published = published
        self._recognizer = recognizer
        self._workers = workers
        self._preparer = PicturePreparer(fetcher, recognizer, workers)

    def find_tasks(self, workspace_id: str, request: ClassifyRequest) -> None:
        """Raise NotFound where not all of the tasks are in the workspace."""
        self._of_each(request, lambda task_id: self._published.task(workspace_id, task_id))

    def classify(
        self,
        workspace_id: str,
        request: ClassifyRequest,
        watch: Stopwatch,
        request_key: str,
        reserve: Callable[[], None] | None = None,
    ) -> tuple[Classified, ...]:
        """Let each task answer each record that has a picture, in the order of the tasks.

        A record that cannot be answered is answered by none of them. Who named no `sticky_id` is
        told apart by `request_key`. `reserve` raises where no answer is wanted, or none may be
        given. It runs beside whatever nobody outside can see, and what it raises comes before every
        other problem. Raises NotFound for an unknown task; NotTrained where one has no such model;
        Forbidden where pictures are to be kept and the task does not let them be.
        """
        reserving = None if reserve is None else self._workers.submit(reserve)
        try:
            questions = self._questions(
                workspace_id, request, request.sticky_id or request_key, watch
            )
        except OrielError:
            _check(reserving, watch)
            raise
        if reserving is not None and any(record.is_elsewhere for record in request.records):
            # Nobody's server is asked for an answer that is there already, or may not be given.
            _check(reserving, watch)
        asked = [
            Asked(question.artifact, request.explain, question.column) for question in questions
        ]
        with ModelRuns(self._recognizer, self._workers, asked) as models:
            prepared = self._preparer.prepare(
                request.records,
                {question.artifact.input_size for question in questions},
                watch,
                keeps=any(question.keeps for question in questions),
            )
            _check(reserving, watch)
            ready = [one.pictures for one in prepared if isinstance(one, Prepared)]
            explained = models.answer(ready, watch)
        return tuple(
            _classified(question, request, prepared, answers)
            for question, answers in zip(questions, explained, strict=True)
        )

    def _of_each(self, request: ClassifyRequest, ask: Callable[[str], T]) -> Sequence[T]:
        """Ask about each task; a list's problems name the place in it."""
        if not request.listed:
            return [ask(request.task_ids[0])]

        def named(position: int) -> T:
            try:
                return ask(request.task_ids[position])
            except (InvalidInput, NotFound) as problem:
                raise type(problem)(f"task[{position}]: {problem}") from problem

        return list(self._workers.map(named, range(len(request.task_ids))))

    def _questions(
        self, workspace_id: str, request: ClassifyRequest, sticky_id: str, watch: Stopwatch
    ) -> Sequence[_Question]:
        with watch.stage("resolve"):
            return self._of_each(
                request, lambda task_id: self._question(workspace_id, request, sticky_id, task_id)
            )

    def _question(
        self, workspace_id: str, request: ClassifyRequest, sticky_id: str, task_id: str
    ) -> _Question:
        keeping = None
        if request.store_images:
            keeping = self._published.keeping_task(workspace_id, task_id)
        chosen = self._published.choose(workspace_id, task_id, request.version, sticky_id)
        artifact = chosen.model.artifact
        if artifact is None:
            raise ValueError(f"model {chosen.model.id} is published without an artifact")
        label = request.explain_label
        column = None if label is None else _column(artifact, label)
        return _Question(chosen, artifact, keeping, column)


def _check(reserving: "Future[None] | None", watch: Stopwatch) -> None:
    """Raise what `reserve` did."""
    if reserving is not None:
        with watch.stage("reserve"):
            reserving.result()


def _column(artifact: Artifact, label_id: str) -> int:
    """Return the column of the label; raises InvalidInput for one that the model does not know."""
    for column, label in enumerate(artifact.labels):
        if label.id == label_id:
            return column
    raise InvalidInput("explain_label is the id of no label that this version answers with")


def _classified(
    question: _Question,
    request: ClassifyRequest,
    prepared: Sequence[Outcome],
    explained: Explained,
) -> Classified:
    answers = zip(*explained, strict=True)
    outcomes = tuple(
        item if isinstance(item, Unanswered) else _answered(record, item, *next(answers))
        for record, item in zip(request.records, prepared, strict=True)
    )
    return Classified(
        question.chosen.model,
        question.artifact,
        outcomes,
        question.keeping,
        request.explain,
        question.chosen.trial,
        question.chosen.task.abstention,
    )


def _answered(
    record: Record, prepared: Prepared, outputs: Sequence[float], heat_map: HeatMap | None
) -> Answer:
    picture = prepared.any
    return Answer(record, picture.width, picture.height, outputs, prepared.original, heat_map)
