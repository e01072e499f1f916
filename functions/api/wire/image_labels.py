"""Labels of images on the wire: of one image, and of many at once."""

from typing import Annotated

from oriel.domain.errors import InvalidInput
from oriel.domain.image import MAX_LABELS_OF_IMAGE
from oriel.domain.image_change import ImageChange
from oriel.services.image_updates import MAX_IMAGES, ImagesUpdate, ImagesUpdated
from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from functions.api.wire.base import Answer, LabelReference, Request

_FIRST_PAGE = "1"
_MAX_FILTERS = 20


def _no_truth(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("must be a number")  # noqa: TRY004 - pydantic's
    return value


Number = Annotated[float, Field(allow_inf_nan=False), BeforeValidator(_no_truth)]
# Each that cannot be changed is repeated in the answer, which may hold 6 MB.
Id = Annotated[str, StringConstraints(max_length=100)]
Ids = Annotated[list[Id], Field(max_length=MAX_LABELS_OF_IMAGE)]


class LabelOfImage(LabelReference):
    """Names a label, with the number that one of the type value needs."""

    value: Number | None = Field(
        default=None, description="Needed for labels of the type value; others take none."
    )


class ImagesUpdateRequest(Request):
    """What to change, of the images named and of those that carry a label named."""

    images: list[Id] = Field(
        default=[],
        max_length=MAX_IMAGES,
        description="Ids of images to change.",
        examples=[["5f0c3b1e-8d2a-4e6f-9b7c-1a2b3c4d5e6f"]],
    )
    labels: list[Id] = Field(
        default=[],
        max_length=_MAX_FILTERS,
        description="Ids of labels: change every image that carries one of them.",
    )
    labels_add: Ids = Field(default=[], alias="labels-add", description="Ids of labels to attach.")
    labels_remove: Ids = Field(
        default=[], alias="labels-remove", description="Ids of labels to detach."
    )
    mark_test: bool = Field(
        default=False,
        alias="mark-test",
        description="Keep the images for testing.",
        examples=[True],
    )
    unmark_test: bool = Field(
        default=False, alias="unmark-test", description="Let the images be trained on."
    )
    mark_real: bool = Field(
        default=False, alias="mark-real", description="Say that they are real pictures."
    )
    unmark_real: bool = Field(
        default=False,
        alias="unmark-real",
        description="Say that they show a product on plain ground.",
    )
    page: str | None = Field(
        default=None,
        max_length=200,
        description="For more images than one call changes: 1, then `next` of the answer before.",
    )

    @model_validator(mode="after")
    def _one_way(self) -> "ImagesUpdateRequest":
        if (self.mark_test and self.unmark_test) or (self.mark_real and self.unmark_real):
            raise ValueError("a mark cannot be both set and taken away")
        return self

    def to_domain(self) -> ImagesUpdate:
        """Say what to change; raises InvalidInput where that is nothing."""
        change = ImageChange(
            add=dict.fromkeys(self.labels_add),
            remove=frozenset(self.labels_remove),
            test_image=_marked(self.mark_test, self.unmark_test),
            real=_marked(self.mark_real, self.unmark_real),
        )
        if change == ImageChange():
            raise InvalidInput(
                "There is nothing to change: name labels-add, labels-remove or a mark"
            )
        place = "" if self.page == _FIRST_PAGE else self.page
        return ImagesUpdate(self.images, list(dict.fromkeys(self.labels)), change, place)


class FailedImage(Answer):
    """An image that is not as was asked, and why."""

    id: str
    detail: str = Field(description="Why, in words.")


class ImagesUpdateAnswer(Answer):
    """What came of a change of many images; the same request can be sent again."""

    updated: int = Field(description="How many images are now as was asked.")
    failed: list[FailedImage] = Field(description="Images that are not as was asked.")
    next: str | None = Field(description="The `page` to send for the rest; null where all is done.")

    @classmethod
    def from_domain(cls, done: ImagesUpdated) -> "ImagesUpdateAnswer":
        """Answer with what came of it."""
        failed = [FailedImage(id=one, detail=detail) for one, detail in done.failed.items()]
        return cls(updated=done.updated, failed=failed, next=done.next_place)


def _marked(mark: bool, unmark: bool) -> bool | None:
    return (True if mark else None) if not unmark else False
