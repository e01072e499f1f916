"""Classification: records in, what a model says of each of its labels out."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeAlias

from oriel.domain.abstention import OFF, Abstention
from oriel.domain.errors import InvalidInput, PayloadTooLarge
from oriel.domain.explanation import HeatMap
from oriel.domain.model import Artifact, Model
from oriel.domain.task import Task
from oriel.domain.traffic import Traffic
from oriel.ports import Fetcher
from oriel.services.published_models import PublishedModels
from oriel.services.records import Record, picture_bytes
from oriel.services.stopwatch import Stopwatch


class Picture(Protocol):
    """A decoded picture, ready for a model; width and height in pixels as displayed."""

    @property
    def width(self) -> int: ...  # noqa: D102 - the class says it

    @property
    def height(self) -> int: ...  # noqa: D102


Outputs: TypeAlias = Sequence[Sequence[float]]
"""For each picture a number for each label, in the artifact's order of labels: its probability, or
in regression the value itself."""

Answerer: TypeAlias = Callable[[Sequence[Picture]], Outputs]

Explained: TypeAlias = tuple[Outputs, Sequence[HeatMap | None]]
"""The outputs, and for each picture where the answer comes from; None where a model cannot say."""

Explainer: TypeAlias = Callable[[Sequence[Picture], int | None], Explained]
"""Explains the label of the given column, or of each picture's highest output."""


class Recognizer(Protocol):
    """Runs models."""

    def decode(self, data: bytes, artifact: Artifact) -> Picture:
        """Prepare a picture for the model; raises InvalidPicture. May run in many threads."""

    def loaded(self, artifact: Artifact) -> AbstractContextManager[Answerer]:
        """Make the model ready; inside the context it answers any number of pictures at once."""

    def explaining(self, artifact: Artifact) -> AbstractContextManager[Explainer]:
        """Make the model ready as `loaded` does, to answer and to say why."""


@dataclass(frozen=True, slots=True)
class ClassifyRequest:
    """What is asked: `version` None means the production version.

    `workspace` is what the request names, None where it names nothing. With `store_images` the
    pictures are to be kept as training images. With `explain` each answer says where in the picture
    it comes from: that of the label `explain_label`, of the best label where that is None. While
    a candidate is on trial, `sticky_id` decides which version answers: the same one to the same id.
    """

    task_id: str
    version: int | None
    records: tuple[Record, ...]
    workspace: str | None = None
    store_images: bool = False
    explain: bool = False
    explain_label: str | None = None
    sticky_id: str = ""


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
class Unanswered:
    """A record that could not be answered, and what its sender can do about it."""

    record: Record
    problem: str


@dataclass(frozen=True, slots=True)
class Classified:
    """The outcome of each record, in the order of the request.

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


class Classifier:
    """Answers classification requests.

    Pictures are fetched and decoded side by side in `workers`; all of a request's pictures then go
    through the model as one batch.
    """

    def __init__(
        self,
        published: PublishedModels,
        fetcher: Fetcher,
        recognizer: Recognizer,
        workers: Executor,
    ) -> None:
        self._published = published
        self._fetcher = fetcher
        self._recognizer = recognizer
        self._workers = workers

    def find_task(self, workspace_id: str, task_id: str) -> None:
        """Raise NotFound where the task is not in the workspace."""
        self._published.task(workspace_id, task_id)

    def classify(self, workspace_id: str, request: ClassifyRequest, watch: Stopwatch) -> Classified:
        """Answer each record that has a picture.

        Raises NotFound for an unknown task; NotTrained where it has no such model; Forbidden where
        pictures are to be kept and the task does not let them be.
        """
        with watch.stage("resolve"):
            keeping = self._keeping(workspace_id, request)
            chosen = self._published.choose(
                workspace_id, request.task_id, request.version, request.sticky_id
            )
            abstention = self._published.task(workspace_id, request.task_id).abstention
        artifact = _artifact_of(chosen.model)
        run = self._run_for(request, artifact)
        with watch.stage("decode"):
            keeps = keeping is not None or chosen.trial_is_shadow
            prepare = partial(self._prepare, artifact, keeps=keeps)
            prepared = list(self._workers.map(prepare, request.records))
        pictures = [item.picture for item in prepared if not isinstance(item, Unanswered)]
        answers = iter(_in_order(run(pictures, watch)) if pictures else ())
        outcomes = tuple(
            item if isinstance(item, Unanswered) else _answered(record, item, *next(answers))
            for record, item in zip(request.records, prepared, strict=True)
        )
        return Classified(
            chosen.model, artifact, outcomes, keeping, request.explain, chosen.trial, abstention
        )

    def _keeping(self, workspace_id: str, request: ClassifyRequest) -> Task | None:
        if not request.store_images:
            return None
        return self._published.keeping_task(workspace_id, request.task_id)

    def _prepare(
        self, artifact: Artifact, record: Record, *, keeps: bool
    ) -> "_Prepared | Unanswered":
        try:
            data = picture_bytes(record, self._fetcher)
            picture = self._recognizer.decode(data, artifact)
            return _Prepared(picture, data if keeps else b"")
        except (InvalidInput, PayloadTooLarge) as problem:
            return Unanswered(record, str(problem))

    def _run_for(self, request: ClassifyRequest, artifact: Artifact) -> "_Run":
        """Choose how to run the model; raises InvalidInput for a label that it does not know."""
        if not request.explain:
            return partial(self._answer, artifact)
        return partial(self._explain, artifact, _column(artifact, request.explain_label))

    def _answer(
        self, artifact: Artifact, pictures: Sequence[Picture], watch: Stopwatch
    ) -> Explained:
        with ExitStack() as in_use:
            with watch.stage("load"):
                answerer = in_use.enter_context(self._recognizer.loaded(artifact))
            with watch.stage("infer"):
                return answerer(pictures), [None] * len(pictures)

    def _explain(
        self,
        artifact: Artifact,
        column: int | None,
        pictures: Sequence[Picture],
        watch: Stopwatch,
    ) -> Explained:
        with ExitStack() as in_use:
            with watch.stage("load"):
                explainer = in_use.enter_context(self._recognizer.explaining(artifact))
            with watch.stage("infer"):
                return explainer(pictures, column)


_Run: TypeAlias = Callable[[Sequence[Picture], Stopwatch], Explained]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A picture for the model, with the bytes that it came as where those are to be kept."""

    picture: Picture
    original: bytes


def _artifact_of(model: Model) -> Artifact:
    if model.artifact is None:
        raise ValueError(f"model {model.id} is published without an artifact")
    return model.artifact


def _column(artifact: Artifact, label_id: str | None) -> int | None:
    if label_id is None:
        return None
    for column, label in enumerate(artifact.labels):
        if label.id == label_id:
            return column
    raise InvalidInput("explain_label is the id of no label that this version answers with")


def _in_order(explained: Explained) -> Iterator[tuple[Sequence[float], HeatMap | None]]:
    return zip(*explained, strict=True)


def _answered(
    record: Record, prepared: _Prepared, outputs: Sequence[float], heat_map: HeatMap | None
) -> Answer:
    picture = prepared.picture
    return Answer(record, picture.width, picture.height, outputs, prepared.original, heat_map)
