"""Keeps classified pictures as training images, with what the model said as a proposal.

The answer comes first: whatever goes wrong here is said in the record and never turns an answer
into an error. The image's id follows from the request, so that a request that is sent again with
its key keeps each picture once, whichever of its writes happened before.
"""

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, Future, wait
from typing import TypeAlias

from oriel.domain.clock import Clock
from oriel.domain.errors import Conflict, NotFound, OrielError, TemporarilyUnavailable
from oriel.domain.ids import derived_id
from oriel.domain.image import Image, original_key
from oriel.domain.picture_header import read_header
from oriel.domain.task import Task
from oriel.image_ports import ImageStore
from oriel.label_ports import LabelStore
from oriel.ports import Blobs
from oriel.services.classify import Answer, Classified
from oriel.services.proposals import Proposal, notes_of, proposals_of
from oriel.values import dataclass

KEEP_SECONDS = 5.0
"""What the answer may wait for; with room for it in the gateway's 29 seconds."""
_SEND_AGAIN = "send it again to have it stored"


@dataclass(frozen=True, slots=True)
class Kept:
    """The picture is a training image."""

    image_id: str


@dataclass(frozen=True, slots=True)
class NotKept:
    """The picture is none, or it is not known to be; `fault` where that is ours to look at."""

    problem: str
    fault: BaseException | None = None


Outcome: TypeAlias = Kept | NotKept


@dataclass(frozen=True, slots=True)
class PictureKeeper:
    """Keeps the pictures of a request side by side in `workers`, for `seconds` at most."""

    images: ImageStore
    labels: LabelStore
    blobs: Blobs
    workers: Executor
    clock: Clock
    seconds: float = KEEP_SECONDS

    def keep(
        self, classified: Classified, task: Task, request: Sequence[str]
    ) -> Mapping[int, Outcome]:
        """Keep each answered picture, and return what became of it by its index.

        `request` names the request: the same parts name the same pictures.
        """
        started = {
            index: self.workers.submit(
                self._keep, classified, task, answer, derived_id(*request, str(index))
            )
            for index, answer in enumerate(classified.outcomes)
            if isinstance(answer, Answer)
        }
        wait(started.values(), timeout=self.seconds)
        return {index: _outcome(future) for index, future in started.items()}

    def _keep(self, classified: Classified, task: Task, answer: Answer, image_id: str) -> Kept:
        proposals = proposals_of(task, classified.artifact, answer.outputs)
        image = self._image(classified, task, answer, proposals, image_id)
        # The object goes first, as in every upload: an image without its bytes would be worse
        # than bytes of which nobody knows.
        self.blobs.put(
            original_key(image.workspace_id, image.id), answer.original, image.content_type
        )
        try:
            self._create(image, proposals)
        except Conflict:
            self._check_kept(image)
        return Kept(image.id)

    def _create(self, image: Image, proposals: Sequence[Proposal]) -> None:
        try:
            self.images.create(image, (), {one.label_id: one.value for one in proposals})
        except NotFound:
            self.images.create(image, (), self._existing(image.workspace_id, proposals))

    def _check_kept(self, image: Image) -> None:
        """Take the picture back where an earlier attempt kept it and its owner deleted it."""
        try:
            self.images.get(image.workspace_id, image.id)
        except NotFound:
            self.blobs.delete([original_key(image.workspace_id, image.id)])
            raise Conflict("The stored picture was deleted") from None

    def _image(
        self,
        classified: Classified,
        task: Task,
        answer: Answer,
        proposals: Sequence[Proposal],
        image_id: str,
    ) -> Image:
        header = read_header(answer.original)
        return Image(
            id=image_id,
            workspace_id=task.workspace_id,
            created=self.clock(),
            content_type=header.content_type,
            size_bytes=len(answer.original),
            sha256=hashlib.sha256(answer.original).hexdigest(),
            width=header.width,
            height=header.height,
            meta_data=notes_of(task, classified.model.version, proposals),
        )

    def _existing(
        self, workspace_id: str, proposals: Sequence[Proposal]
    ) -> Mapping[str, float | None]:
        """Return what can be proposed of labels of which some were deleted since the training."""
        found: dict[str, float | None] = {}
        for one in proposals:
            try:
                found[self.labels.get(workspace_id, one.label_id).id] = one.value
            except NotFound:
                continue
        return found


def _outcome(future: Future[Kept]) -> Outcome:
    if not future.done() and future.cancel():
        return NotKept(f"There was no time to store the picture; {_SEND_AGAIN}")
    if not future.done():
        return NotKept("It was not known in time whether the picture was stored")
    fault = future.exception()
    if fault is None:
        return future.result()
    if isinstance(fault, OrielError) and not isinstance(fault, TemporarilyUnavailable):
        return NotKept(str(fault))
    return NotKept(f"The picture could not be stored; {_SEND_AGAIN}", fault)
