"""Suspicious labels on the wire."""

from collections.abc import Mapping

from oriel.domain.suspects import Suspect
from oriel.services.images import PictureLinks
from pydantic import Field

from functions.api.wire.base import Answer
from functions.api.wire.listing import Listing


class SuspectLabelAnswer(Answer):
    """A label of the task."""

    id: str
    name: str


class SuspectAnswer(Answer):
    """An image whose answer may be wrong; nothing is changed unless somebody changes it."""

    image: str
    img_path: str
    thumb_img_path: str
    label: SuspectLabelAnswer = Field(
        description="The label that the image has, or of a tag that it may lack by mistake, that."
    )
    carried: bool = Field(description="False for a tag that the image lacks and seems to have.")
    score: float = Field(
        description="How probable what was given is, from all other images; the least first. Of a "
        "value: by how many typical errors it is off; the most first."
    )
    suggested_label: SuspectLabelAnswer | None = Field(
        description="The label that the image seems to have; null for tags and values."
    )
    suggested_score: float | None = Field(
        description="How probable the suggested label is, or the tag; null for values."
    )
    value: float | None = Field(description="The value that was given.")
    suggested_value: float | None = Field(description="The value that the image seems to have.")

    @classmethod
    def from_domain(
        cls, suspect: Suspect, links: PictureLinks, names: Mapping[str, str]
    ) -> "SuspectAnswer":
        """Answer with a suspect; `names` are those of labels by id."""
        suggested = suspect.suggested_label_id
        return cls(
            image=suspect.image_id,
            img_path=links.picture,
            thumb_img_path=links.thumbnail,
            label=SuspectLabelAnswer(id=suspect.label_id, name=names[suspect.label_id]),
            carried=suspect.carried,
            score=suspect.score,
            suggested_label=None
            if suggested is None
            else SuspectLabelAnswer(id=suggested, name=names[suggested]),
            suggested_score=suspect.suggested_score,
            value=suspect.value,
            suggested_value=suspect.suggested_value,
        )


class SuspectsAnswer(Listing[SuspectAnswer]):
    """Images whose answers may be wrong, the most suspicious first.

    A page may be shorter than asked for and still have a next one: images that were deleted or got
    another answer since are left out. At most 50 a page.
    """

    model: str | None = Field(
        description="Id of the model whose training found them; null before the first."
    )
    images_looked_at: int = Field(description="How many images the training could compare.")
    reason: str | None = Field(description="Why nothing could be found, where that is so.")
