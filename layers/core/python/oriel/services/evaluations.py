"""What is known of a model's test pictures: the whole evaluation, which lies beside the model."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from oriel.domain.costs import MAX_LABELS, Judged, Matrix, Priced, priced
from oriel.domain.errors import Conflict, InvalidInput, NotFound
from oriel.domain.evaluation import evaluation_key
from oriel.domain.image import Image
from oriel.domain.model import Artifact, Model
from oriel.domain.page import Page, PageRequest, cut
from oriel.domain.task import TaskType
from oriel.image_ports import ImageStore
from oriel.ports import Blobs
from oriel.training_ports import ModelStore
from oriel.values import dataclass

MAX_EVALUATION_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A model with its artifact and the document of its evaluation."""

    model: Model
    artifact: Artifact
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FailedImage:
    """A picture that came out badly, as the document has it; `image` is None once it is deleted."""

    image_id: str
    case: Mapping[str, Any]
    image: Image | None


@dataclass(frozen=True, slots=True)
class Evaluations:
    """Reads evaluations; `artifacts` is the models bucket."""

    models: ModelStore
    images: ImageStore
    artifacts: Blobs

    def get(self, workspace_id: str, model_id: str) -> Evaluated:
        """Return a model's evaluation; raises NotFound, and Conflict where it has none yet."""
        model = self.models.get(workspace_id, model_id)
        if model.artifact is None:
            raise Conflict(f"The model is {model.train_status}; only a TRAINED model is evaluated")
        key = evaluation_key(workspace_id, model.task_id, model_id)
        try:
            data = self.artifacts.get(key, MAX_EVALUATION_BYTES)
        except NotFound:
            # The model is being deleted, and this went first.
            raise NotFound("There is no evaluation of this model") from None
        return Evaluated(model, model.artifact, json.loads(data))

    def failed_images(
        self, workspace_id: str, model_id: str, page: PageRequest
    ) -> tuple[Evaluated, Page[FailedImage]]:
        """Return one page of the pictures that came out badly, the most confident mistakes first.

        Of a regression these are all that were measured, the largest errors first. Raises as `get`.
        """
        found = self.get(workspace_id, model_id)
        is_value = found.artifact.task_type is TaskType.REGRESSION
        cases: Sequence[Mapping[str, Any]] = found.document[
            "predictions" if is_value else "failed_images"
        ]
        shown = cut(cases, page, lambda case: str(case["image_id"]))
        ids = [case["image_id"] for case in shown.items]
        images = self.images.get_many(workspace_id, ids)
        listed = (
            FailedImage(one["image_id"], one, images.get(one["image_id"])) for one in shown.items
        )
        return found, Page(tuple(listed), shown.count, shown.next_cursor)

    def price(
        self, workspace_id: str, model_id: str, costs: Matrix, silence: float | None
    ) -> tuple[Evaluated, Priced]:
        """Say what the answers to the test pictures cost.

        Raises as `get`, InvalidInput where the costs are not those of the model's labels, and
        Conflict for an evaluation from before chances were kept.
        """
        found = self.get(workspace_id, model_id)
        if found.artifact.task_type is not TaskType.MULTI_CLASS:
            raise InvalidInput("costs: only the labels of a multi_class task exclude each other")
        size = len(found.artifact.labels)
        if size > MAX_LABELS:
            raise InvalidInput(f"costs: a model of more than {MAX_LABELS} labels takes none")
        if len(costs) != size or any(len(row) != size for row in costs):
            raise InvalidInput(f"costs: the model has {size} labels, so {size} rows of {size}")
        return found, priced(_judged(found), costs, silence)


def _judged(found: Evaluated) -> Judged:
    document = found.document
    if not document.get("chances"):
        raise Conflict("The model was evaluated before single chances were kept; train it again")
    columns = {label.id: column for column, label in enumerate(found.artifact.labels)}
    wrong = {case["image_id"]: columns[case["actual"]] for case in document["failed_images"]}
    chances = tuple(
        tuple((int(column), float(chance)) for column, chance in row) for row in document["chances"]
    )
    actual = [
        wrong.get(outcome["image_id"], row[0][0])
        for outcome, row in zip(document["outcomes"], chances, strict=True)
    ]
    return Judged(chances, actual)
