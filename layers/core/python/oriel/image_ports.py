"""What the services need of the outside world for images and their embeddings (see ports.py)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from oriel.domain.facets import ANY_FACETS, FacetFilter
from oriel.domain.image import Image, LabelledImage
from oriel.domain.image_change import ImageChange
from oriel.domain.image_selection import ValueRange
from oriel.domain.label import NOTHING_PROPOSED, CarriedLabel
from oriel.domain.page import Page, PageRequest


class ImageStore(Protocol):
    """Images and which labels they carry. Every change of labels is also kept as an event."""

    def create(
        self,
        image: Image,
        label_ids: Sequence[str],
        proposals: Mapping[str, float | None] = NOTHING_PROPOSED,
    ) -> Image:
        """Add an image with its labels and count it, all or nothing; return it as it is now.

        `proposals` are labels that a model guessed, with the number of those of the type value:
        the image shows them, but they are not counted, not listed
        and not trained on until they are confirmed. Raises NotFound for an unknown label, Conflict
        where an image of this id exists or was deleted lately.
        """

    def get(self, workspace_id: str, image_id: str) -> Image:
        """Return the image; raises NotFound."""

    def get_many(self, workspace_id: str, image_ids: Sequence[str]) -> Mapping[str, Image]:
        """Return those of the images that there are, by id."""

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

        A repeat goes on where it stopped. For two weeks no other image can have its id. Raises
        NotFound once the image is really gone.
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
