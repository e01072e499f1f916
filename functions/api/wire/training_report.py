"""Training reports on the wire."""

from typing import Any

from oriel.domain.training_report import REASONS, ReportedImage, Use
from pydantic import Field

from functions.api.wire.base import Answer
from functions.api.wire.listing import Listing


class ReportedImageAnswer(Answer):
    """An image of a training."""

    image: str
    used_as: Use = Field(description="train, validation, test or skipped.")
    reason: str | None = Field(
        description="Why it was skipped, or not measured, in one word that stays the same."
    )
    explanation: str | None = Field(description="The same for people.")

    @classmethod
    def from_domain(cls, of: ReportedImage) -> "ReportedImageAnswer":
        """Answer with an image."""
        return cls(
            image=of.image_id,
            used_as=of.use,
            reason=of.reason,
            explanation=None if of.reason is None else REASONS.get(of.reason),
        )


class TrainingReportAnswer(Listing[ReportedImageAnswer]):
    """What a training was asked for and what became of each image, the skipped ones first.

    An image of which nothing is listed carried none of the task's labels.
    """

    model: str = Field(description="Id of the model.")
    mode: str
    ready: bool = Field(
        description="False until the training has gathered its images, and for models that were "
        "trained before reports were kept; then nothing is listed."
    )
    options: dict[str, Any] = Field(description="What the training was asked for.")
    augmentation: dict[str, Any] = Field(
        description="What a full training does to pictures (`used`), and why nothing else "
        "(`unused`, a reason by name); the task's `training` setting overrides it."
    )
    used: dict[str, int] = Field(description="How many images were used as what.")
    skipped: dict[str, int] = Field(description="How many images were skipped for which reason.")
    near_duplicates: int = Field(
        description="Images that look like copies of others and were kept on one side with them."
    )
    download: str | None = Field(
        description="URL of the whole list as CSV, for anyone and for an hour."
    )
