"""Training images."""

from collections.abc import Mapping

from oriel.domain.access import Permission
from oriel.domain.image import Image
from oriel.domain.image_selection import MAX_COUNTED_VALUES
from oriel.services.images import NewImage

from functions.api.call import Call
from functions.api.image_filters import asks_for_objects, selection_of
from functions.api.product import Product
from functions.api.route import PAGING, Parameter, Route, an_id
from functions.api.wire.base import Request
from functions.api.wire.image import ImageAnswer, ImageCreate, ImageDetailAnswer, ImageUpdate
from functions.api.wire.listing import Listing, to_listing

IMAGES = "/recognition/v2/training-image"
IMAGE = f"{IMAGES}/<image_id>"


def list_images(product: Product, call: Call[Request]) -> Listing[ImageAnswer]:
    """List images, oldest first; those with a number in a range, least first."""
    wanted, request = selection_of(call.query), call.page()
    if asks_for_objects(call.query):
        # Nothing detects objects yet, so that no image carries such a label.
        return Listing(count=0, next=None, results=[])
    page = product.images.list(call.workspace_id, wanted, request)
    return to_listing(page, lambda image: _answer(product, image), call.next_url(page.next_cursor))


def upload_image(product: Product, call: Call[ImageCreate]) -> ImageAnswer:
    """Take a picture in; it is PENDING until it has been looked at.

    A request holds 6 MB at most, which are 4.5 MB of picture as base64; `upload` takes 10 MB.
    """
    sent = call.body
    new = NewImage(
        data=sent.picture(),
        label_ids=sent.labels,
        test_image=sent.test_image,
        real=sent.real,
        meta_data=sent.meta_data,
    )
    return _answer(product, product.images.upload(call.workspace_id, new))


def get_image(product: Product, call: Call[Request]) -> ImageDetailAnswer:
    """Show an image with its labels."""
    image = product.image_store.get(call.workspace_id, call.ids["image_id"])
    return detail(product, image)


def update_image(product: Product, call: Call[ImageUpdate]) -> ImageDetailAnswer:
    """Change what is given: meta data is replaced as a whole, what is absent stays."""
    sent, where = call.body, (call.workspace_id, call.ids["image_id"])
    image = product.images.edit(
        *where, meta_data=sent.meta_data, test_image=sent.test_image, real=sent.real
    )
    return detail(product, image)


def delete_image(product: Product, call: Call[Request]) -> None:
    """Remove an image and its pictures."""
    product.images.delete(call.workspace_id, call.ids["image_id"])


def _answer(product: Product, image: Image) -> ImageAnswer:
    return ImageAnswer.from_domain(image, product.images.links(image))


def detail(product: Product, image: Image) -> ImageDetailAnswer:
    """Answer with an image and its labels."""
    labels = product.image_store.labels(image.workspace_id, image.id)
    return ImageDetailAnswer.with_labels(image, product.images.links(image), labels)


_TRUTH = {"type": "string", "enum": ["True", "False", "true", "false"]}
_FILTERS: Mapping[str, Parameter] = {
    "labels": an_id("Id of a label: list only images that carry it."),
    "label": an_id("The same as `labels`."),
    "not_labels": an_id(
        "Id of a label: list only images that do not carry it. A page may be shorter than asked "
        "for and still have a next one. Not together with the other filters by label."
    ),
    "label_value_{label}__gte": Parameter(
        "With a label's id for {label}: list only images that it gives a number from this one, "
        f"least first; counted up to {MAX_COUNTED_VALUES:,}."
    ),
    "label_value_{label}__lte": Parameter("The same, with a number up to this one."),
    "detection_labels": an_id("Id of a detection label: list only images with such an object."),
    "test": Parameter("Whether the image is kept for testing.", _TRUTH),
    "real": Parameter("Whether it is a real picture, and not a product on plain ground.", _TRUTH),
    "verified": Parameter(
        "How many users have verified it, exactly.",
        {"type": "integer", "minimum": 0, "maximum": 999_999},
    ),
}

ROUTES: tuple[Route, ...] = (  # type: ignore[type-arg]
    Route(
        "GET",
        IMAGES,
        list_images,
        Listing[ImageAnswer],
        query={**_FILTERS, **PAGING},
        needs=Permission.READ,
    ),
    Route(
        "POST", IMAGES, upload_image, ImageAnswer, ImageCreate, status=201, needs=Permission.EDIT
    ),
    Route("GET", IMAGE, get_image, ImageDetailAnswer, needs=Permission.READ),
    Route("PUT", IMAGE, update_image, ImageDetailAnswer, ImageUpdate, needs=Permission.ANNOTATE),
    Route("PATCH", IMAGE, update_image, ImageDetailAnswer, ImageUpdate, needs=Permission.ANNOTATE),
    Route("DELETE", IMAGE, delete_image, None, status=204, needs=Permission.EDIT),
)
