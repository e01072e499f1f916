"""Pictures that a model got wrong, on the wire."""

from collections.abc import Mapping

from oriel.domain.model import Artifact
from oriel.services.evaluations import FailedImage
from oriel.services.images import PictureLinks
from pydantic import Field

from functions.api.wire.base import Answer
from functions.api.wire.evaluation import NamedLabel


class FailedImageAnswer(Answer):
    """A test picture, what it truly is and what was answered.

    Of multi_class there are `predicted` and `actual`, of multi_label `missed` and `invented`, up to
    20 tags each, of regression values and their error.
    """

    image: str
    img_path: str | None = Field(description="For an hour; null where the image was deleted.")
    thumb_img_path: str | None = Field(description="For an hour; null where it was deleted.")
    confidence: float | None = Field(
        description="Of the answer, or of the clearest wrong tag; null for values."
    )
    predicted: NamedLabel | None = Field(description="What was answered.")
    actual: NamedLabel | None = Field(description="What it truly is.")
    missed: list[NamedLabel] = Field(description="Tags that it has and was not given.")
    invented: list[NamedLabel] = Field(description="Tags that it was given and has not.")
    predicted_value: float | None = Field(description="What was answered.")
    actual_value: float | None = Field(description="What is true.")
    error: float | None = Field(description="How far the value is off.")

    @classmethod
    def from_domain(
        cls, failed: FailedImage, artifact: Artifact, links: PictureLinks | None
    ) -> "FailedImageAnswer":
        """Answer with a picture; `links` are None where it is gone."""
        case, names = failed.case, {label.id: label.name for label in artifact.labels}
        is_value = "missed" not in case and not isinstance(case["actual"], str)
        return cls(
            image=failed.image_id,
            img_path=None if links is None else links.picture,
            thumb_img_path=None if links is None else links.thumbnail,
            confidence=case.get("confidence"),
            predicted=None if is_value else _label(case.get("predicted"), names),
            actual=None if is_value else _label(case.get("actual"), names),
            missed=[NamedLabel(id=one, name=names[one]) for one in case.get("missed", ())],
            invented=[NamedLabel(id=one, name=names[one]) for one in case.get("invented", ())],
            predicted_value=case["predicted"] if is_value else None,
            actual_value=case["actual"] if is_value else None,
            error=abs(case["predicted"] - case["actual"]) if is_value else None,
        )


def _label(label_id: str | None, names: Mapping[str, str]) -> NamedLabel | None:
    return None if label_id is None else NamedLabel(id=label_id, name=names[label_id])
