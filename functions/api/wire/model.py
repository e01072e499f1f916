"""Models on the wire."""

from typing import Any

from oriel.domain.export import Export
from oriel.domain.model import Model
from oriel.domain.progress import Progress
from oriel.domain.task import NO_VERSION
from pydantic import Field

from functions.api.wire.base import Answer, Moment
from functions.api.wire.progress import ProgressAnswer


class ExportAnswer(Answer):
    """What became of a model's export; with `failure` there is none."""

    sha256: str = Field(description="Of the ZIP, in hexadecimal.")
    size_bytes: int = Field(description="Of the ZIP.")
    parity: float = Field(
        description="The largest difference between a probability of the exported network and the "
        "deployment's; of a regression, beside the largest value."
    )
    failure: str | None = Field(description="Why there is none.")

    @classmethod
    def from_domain(cls, export: Export) -> "ExportAnswer":
        """Answer with what became of an export."""
        return cls(
            sha256=export.sha256,
            size_bytes=export.size_bytes,
            parity=export.parity,
            failure=export.failure,
        )


class ModelAnswer(Answer):
    """A model; `version` is -1 until it is published."""

    id: str
    workspace: str
    task: str
    task_name: str
    version: int
    train_status: str
    mode: str
    created: Moment
    finished: Moment | None
    accuracy: float | None = Field(
        description="On pictures held out of training. multi_class: the share of pictures whose "
        "best label is right. multi_label: the share of right decisions, one for each picture and "
        "tag, whether the picture has it. Null for regression."
    )
    metrics: dict[str, Any] = Field(
        description="multi_class: per_label and confusion. multi_label: mean_average_precision, "
        "micro_f1, exact_match and per_label. regression: mae and rmse in the label's units, r2. "
        "Figures of more than 50 labels are left out. All have warnings, worst_slice and the 95 % "
        "intervals of what they are known by; `evaluation` has everything."
    )
    failure: str | None
    export: ExportAnswer | None = Field(description="Null until the export was tried.")
    production_reason: str | None = Field(
        description="Why publishing it did or did not put it into production."
    )

    progress: ProgressAnswer | None = Field(description="Null where no training runs.")

    @classmethod
    def from_domain(cls, model: Model, progress: Progress | None = None) -> "ModelAnswer":
        """Answer with a model and how far its training is."""
        return cls(
            id=model.id,
            workspace=model.workspace_id,
            task=model.task_id,
            task_name=model.task_name,
            version=NO_VERSION if model.version is None else model.version,
            train_status=model.train_status,
            mode=model.mode,
            created=model.created,
            finished=model.finished,
            accuracy=model.accuracy,
            metrics=dict(model.metrics),
            failure=model.failure,
            export=None if model.export is None else ExportAnswer.from_domain(model.export),
            production_reason=model.production_reason,
            progress=None if progress is None else ProgressAnswer.from_domain(progress),
        )
