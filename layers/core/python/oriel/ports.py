"""What the services need of the outside world. Adapters and the tests' fakes provide it.

Every method that takes a workspace id answers from that workspace alone: what lies in another is
`NotFound` (or None where the signature says so), exactly as if it did not exist.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from oriel.domain.facets import ANY_FACETS, FacetFilter
from oriel.domain.image import Image, LabelledImage
from oriel.domain.image_change import ImageChange
from oriel.domain.image_selection import ValueRange
from oriel.domain.label import (
    EVERY_LABEL,
    NOTHING_PROPOSED,
    CarriedLabel,
    Label,
    LabelChange,
    LabelFilter,
)
from oriel.domain.model import Model
from oriel.domain.page import Page, PageRequest
from oriel.domain.sweep import Hidden
from oriel.domain.task import Task
from oriel.domain.training import TrainingRun
from oriel.domain.usage import RequestKey, StoredReply, UsageFact, UsageTotal


class TaskStore(Protocol):
    """Tasks, their labels, and the lock that lets one training run at a time."""

    def create(self, task: Task, negative: Label | None = None) -> None:
        """Add a task, with its negative label where it has one, all or nothing.

        Raises Conflict where the workspace is full.
        """

    def get(self, workspace_id: str, task_id: str) -> Task:
        """Return the task, strongly consistent; raises NotFound."""

    def list(self, workspace_id: str, page: PageRequest, search: str = "") -> Page[Task]:
        """Return one page of the workspace's tasks with the text in their names, oldest first."""

    def update(
        self,
        workspace_id: str,
        task_id: str,
        *,
        name: str | None = None,
        description: str | None = None,
        store_images: bool | None = None,
    ) -> Task:
        """Change what is given and return the task; raises NotFound."""

    def hide(self, workspace_id: str, task_id: str) -> Task:
        """Take the task and its negative label from all readers and return the task.

        Again changes nothing. Raises NotFound; AlreadyTraining while a training runs.
        """

    def unlink(self, workspace_id: str, task_id: str) -> None:
        """Remove what links a hidden task to labels and versions; again changes nothing."""

    def delete(self, workspace_id: str, task_id: str) -> None:
        """Remove the task, hidden or not, and its label links; labels, images and models stay.

        Its negative label is only hidden. Raises NotFound; AlreadyTraining while a training runs.
        """

    def attach_label(self, workspace_id: str, task_id: str, label_id: str) -> None:
        """Let the label answer the task; again changes nothing. Raises NotFound."""

    def detach_label(self, workspace_id: str, task_id: str, label_id: str) -> None:
        """Undo `attach_label`; where it is not attached nothing changes. Raises NotFound."""

    def labels(self, workspace_id: str, task_id: str) -> Sequence[Label]:
        """Return all labels of the task, in the order in which they were created."""

    def begin_training(self, task: Task, model: Model) -> None:
        """Add the model and take the task's training lock, both or neither.

        Raises AlreadyTraining where another model holds the lock.
        """


class LabelStore(Protocol):
    """Labels."""

    def create(self, label: Label) -> None:
        """Add a label; raises Conflict where the workspace is full."""

    def get(self, workspace_id: str, label_id: str) -> Label:
        """Return the label; raises NotFound."""

    def list(
        self, workspace_id: str, page: PageRequest, wanted: LabelFilter = EVERY_LABEL
    ) -> Page[Label]:
        """Return one page of those of the workspace's labels that are wanted, oldest first."""

    def update(self, workspace_id: str, label_id: str, change: LabelChange) -> Label:
        """Change what is given and return the label; raises NotFound."""

    def hide(self, workspace_id: str, label_id: str) -> Hidden:
        """Take the label from all readers for good; no task or image can be given it any more.

        Again changes nothing. Raises NotFound once it is really gone.
        """

    def carriers_of_hidden(self, workspace_id: str, label_id: str, limit: int) -> Sequence[str]:
        """Return ids of up to `limit` images that carry a hidden label; listings may lag."""

    def detach(self, workspace_id: str, label_id: str, limit: int) -> int:
        """Detach a hidden label from up to `limit` images and tasks; return from how many.

        What an index does not show yet is left for the next call.
        """

    def remove(self, workspace_id: str, label_id: str) -> bool:
        """Remove a hidden label itself once nothing carries it; tell whether it is gone."""


class ImageStore(Protocol):
    """Images and which labels they carry. Every change of labels is also kept as an event."""

    def create(
        self,
        image: Image,
        label_ids: Sequence[str],
        proposals: Mapping[str, float | None] = NOTHING_PROPOSED,
    ) -> None:
        """Add an image with its labels and count it, all or nothing.

        `proposals` are labels that a model guessed, with the number of those of the type value:
        the image shows them, but they are not counted, not listed
        and not trained on until they are confirmed. Raises NotFound for an unknown label.
        """

    def get(self, workspace_id: str, image_id: str) -> Image:
        """Return the image; raises NotFound."""

    def labels(self, workspace_id: str, image_id: str) -> Sequence[CarriedLabel]:
        """Return the labels that the image carries and those proposed, oldest label first."""

    def list(
        self,
        workspace_id: str,
        page: PageRequest,
        label_id: str | None = None,
        facets: FacetFilter = ANY_FACETS,
    ) -> Page[Image]:
        """Return one page of the workspace's images, or of one label's, oldest first.

        Raises NotFound for an unknown label.
        """

    def list_without(
        self, workspace_id: str, label_id: str, page: PageRequest, facets: FacetFilter = ANY_FACETS
    ) -> Page[Image]:
        """Return one page of the images that do not carry the label, oldest first.

        A page may be shorter than asked for, even empty, and still have a next one: it looks at so
        many images at most. Raises NotFound for an unknown label.
        """

    def list_valued(
        self,
        workspace_id: str,
        wanted: ValueRange,
        page: PageRequest,
        facets: FacetFilter = ANY_FACETS,
    ) -> Page[Image]:
        """Return one page of the images that a label gives a number in the range, least first.

        Counts no further than to MAX_COUNTED_VALUES. Raises NotFound for an unknown label.
        """

    def carriers(self, workspace_id: str, label_id: str, page: PageRequest) -> Page[LabelledImage]:
        """Return one page of the images that carry the label as ground truth; raises NotFound."""

    def add_label(
        self,
        workspace_id: str,
        image_id: str,
        label_id: str,
        at: datetime,
        value: float | None = None,
    ) -> None:
        """Attach a label, or change its number; what was proposed becomes ground truth.

        Again, and without a number where there is one, it changes nothing. Raises NotFound, and
        Conflict where the image carries too many.
        """

    def remove_label(self, workspace_id: str, image_id: str, label_id: str, at: datetime) -> None:
        """Detach a label or drop its proposal; where there is none nothing changes.

        Raises NotFound.
        """

    def confirm_proposals(self, workspace_id: str, image_id: str, at: datetime) -> None:
        """Make ground truth of all that is proposed; raises NotFound."""

    def set_flags(
        self,
        workspace_id: str,
        image_id: str,
        *,
        test_image: bool | None = None,
        real: bool | None = None,
    ) -> Image:
        """Change the flags that are given and return the image; raises NotFound."""

    def change(self, workspace_id: str, image_id: str, change: ImageChange, at: datetime) -> Image:
        """Do all of a change and return the image.

        Raises NotFound, and Conflict where the image would carry too many labels. What takes more
        than one transaction is done in steps; a repeat after a crash finishes it.
        """

    def set_meta_data(
        self, workspace_id: str, image_id: str, meta_data: Mapping[str, Any]
    ) -> Image:
        """Replace the meta data as a whole and return the image; raises NotFound."""

    def mark_ready(self, image: Image) -> None:
        """Store what ingest found out (size, hash, picture key, status) of an existing image.

        Raises NotFound where the image was deleted meanwhile.
        """

    def mark_rejected(self, workspace_id: str, image_id: str, reason: str) -> None:
        """Note why the picture could not be taken; raises NotFound."""

    def hide(self, workspace_id: str, image_id: str) -> None:
        """Take the image from all readers for good and uncount it; only `delete` finds it then.

        Again changes nothing. Raises NotFound.
        """

    def delete(self, workspace_id: str, image_id: str) -> None:
        """Remove the image, hidden or not, its label links and its embeddings, and count down.

        A repeat goes on where it stopped. Raises NotFound once the image is really gone.
        """

    def hidden(self, workspace_id: str, limit: int) -> Sequence[str]:
        """Return ids of up to `limit` images that are half deleted; the listing may lag."""


class EmbeddingStore(Protocol):
    """Embeddings: little-endian float16 vectors as bytes, by image and backbone."""

    def put(self, workspace_id: str, image_id: str, backbone: str, vector: bytes) -> None:
        """Store or replace the embedding."""

    def get_many(
        self, workspace_id: str, image_ids: Sequence[str], backbone: str
    ) -> Mapping[str, bytes]:
        """Return the embeddings that exist, by image id."""

    def delete(self, workspace_id: str, image_id: str, backbone: str) -> None:
        """Remove an embedding whose image is gone; one that does not exist is no error."""


class ModelStore(Protocol):
    """Models and the production version that they set."""

    def get(self, workspace_id: str, model_id: str) -> Model:
        """Return the model; raises NotFound."""

    def find_version(self, workspace_id: str, task_id: str, version: int) -> Model | None:
        """Return the published model of this version, None where there is none."""

    def list(self, workspace_id: str, task_id: str, page: PageRequest) -> Page[Model]:
        """Return one page of the task's models, oldest first."""

    def mark_started(self, workspace_id: str, model_id: str, snapshot_key: str) -> None:
        """Note that the training has its snapshot: model and task are IN_TRAINING.

        Raises NotFound; Conflict where the model no longer holds the task's training lock.
        """

    def set_evaluated(self, model: Model) -> None:
        """Store artifact, accuracy and metrics of a model that is still in training.

        Raises NotFound; Conflict where it was published or failed.
        """

    def entomb(self, workspace_id: str, model_id: str) -> None:
        """Leave of a deleted task's model what bills name: whose it was, its version and times.

        It can be read by its id and is in no listing. Again changes nothing.
        """

    def publish(self, workspace_id: str, model_id: str, at: datetime) -> Model:
        """Give the model the next version, make it production and free the lock, all or nothing.

        Again for a published model it changes nothing. Raises NotFound; Conflict where the model
        does not hold the training lock or has not been evaluated.
        """

    def mark_failed(self, workspace_id: str, model_id: str, reason: str, at: datetime) -> None:
        """Set FAILED with the reason and free the lock; production stays. Published models stay.

        Again for a failed model it changes nothing. Raises NotFound.
        """


class Blobs(Protocol):
    """The objects of one bucket."""

    def put(self, key: str, data: bytes, content_type: str) -> None:
        """Store or replace an object."""

    def get(self, key: str, max_bytes: int | None = None) -> bytes:
        """Return an object's bytes; raises NotFound, and PayloadTooLarge over `max_bytes`."""

    def delete(self, keys: Iterable[str]) -> None:
        """Remove objects; those that do not exist are no error."""

    def delete_below(self, prefix: str) -> int:
        """Remove up to a thousand objects whose keys begin so; return how many."""

    def sign_get(self, key: str, expires_seconds: int) -> str:
        """Return a URL that anyone may fetch the object from until it expires."""


class TrainingMachine(Protocol):
    """The state machine that trains."""

    def start(self, run: TrainingRun) -> None:
        """Start the run; starting the same model again changes nothing."""

    def is_running(self, model_id: str) -> bool:
        """Tell whether the run of this model exists and has not ended."""


class UsageStore(Protocol):
    """Usage facts, kept replies and totals."""

    def find_reply(self, workspace_id: str, key: RequestKey) -> StoredReply | None:
        """Return what was answered under this key; None where nothing was."""

    def commit(
        self,
        workspace_id: str,
        key: RequestKey,
        facts: Sequence[UsageFact],
        reply: StoredReply,
        at: datetime,
    ) -> None:
        """Record the facts and the reply, all or nothing; raises Conflict where the key exists.

        Raises TemporarilyUnavailable where the table does not take it now, PayloadTooLarge where
        it never will take the reply.
        """

    def count(self, facts: Sequence[UsageFact]) -> int:
        """Add facts to the totals, each at most once ever; return how many were new."""

    def totals(self, workspace_id: str, from_day: str, to_day: str) -> Sequence[UsageTotal]:
        """Return the totals of the days from `from_day` to `to_day`, both included."""


class UsageOutbox(Protocol):
    """Where facts and their reply wait while the usage table does not take them."""

    def put(
        self,
        workspace_id: str,
        key: RequestKey,
        facts: Sequence[UsageFact],
        reply: StoredReply,
        at: datetime,
    ) -> None:
        """Keep them durably until they are committed; raises TemporarilyUnavailable."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a URL gave: at most the allowed number of bytes."""

    data: bytes
    content_type: str


class Fetcher(Protocol):
    """Fetches what strangers' URLs point at, and nothing inside our own network."""

    def fetch(self, url: str) -> Fetched:
        """Return the content; raises InvalidInput with a reason that the caller may see."""


class Notifier(Protocol):
    """Tells people that something finished."""

    def training_finished(self, model: Model) -> None:
        """Announce a model that was published or failed."""
