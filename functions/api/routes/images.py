"""Training images."""

from oriel.domain.access import Permission
from oriel.domain.image import Image
from oriel.services.images import NewImage

from functions.api.call import Call
from functions.api.product import Product
from functions.api.route import PAGING, Route
from functions.api.wire.base import LabelReference, Request
from functions.api.wire.image import ImageAnswer, ImageCreate, ImageDetailAnswer, ImageUpdate
from functions.api.wire.listing import Listing, to_listing

_IMAGES = "/recognition/v2/training-image"
_IMAGE = f"{_IMAGES}/<image_id>"


def list_images(product: Product, call: Call[Request]) -> Listing[ImageAnswer]:
    """List the workspace's images or a label's, oldest first."""
    label_id = call.query.get("labels") or call.query.get("label") or None
    page = product.image_store.list(call.workspace_id, call.page(), label_id)
    return to_listing(page, lambda image: _answer(product, image), call.next_url(page.next_cursor))


def upload_image(product: Product, call: Call[ImageCreate]) -> ImageAnswer:
    """Take a picture in; it is PENDING until it has been looked at."""
    sent = call.body
    new = NewImage(
        data=sent.picture(),
        label_ids=sent.labels,
        test_image=sent.test_image,
        meta_data=sent.meta_data,
    )
    return _answer(product, product.images.upload(call.workspace_id, new))


def get_image(product: Product, call: Call[Request]) -> ImageDetailAnswer:
    """Show an image with its labels."""
    image = product.image_store.get(call.workspace_id, call.ids["image_id"])
    return _detail(product, image)


def update_image(product: Product, call: Call[ImageUpdate]) -> ImageDetailAnswer:
    """Replace the meta data; where it is absent nothing changes."""
    where = (call.workspace_id, call.ids["image_id"])
    meta_data = call.body.meta_data
    if meta_data is None:
        return _detail(product, product.image_store.get(*where))
    return _detail(product, product.image_store.set_meta_data(*where, meta_data))


def delete_image(product: Product, call: Call[Request]) -> None:
    """Remove an image and its pictures."""
    product.images.delete(call.workspace_id, call.ids["image_id"])


def add_label(product: Product, call: Call[LabelReference]) -> ImageDetailAnswer:
    """Attach a label; again changes nothing."""
    image = product.images.add_label(call.workspace_id, call.ids["image_id"], call.body.label_id)
    return _detail(product, image)


def remove_label(product: Product, call: Call[LabelReference]) -> ImageDetailAnswer:
    """Detach a label; where the image does not carry it nothing changes."""
    image = product.images.remove_label(call.workspace_id, call.ids["image_id"], call.body.label_id)
    return _detail(product, image)


def _answer(product: Product, image: Image) -> ImageAnswer:
    return ImageAnswer.from_domain(image, product.images.links(image))


def _detail(product: Product, image: Image) -> ImageDetailAnswer:
    labels = product.image_store.labels(image.workspace_id, image.id)
    return ImageDetailAnswer.with_labels(image, product.images.links(image), labels)


ROUTES: tuple[Route, ...] = (  # type: ignore[type-arg]
    Route(
        "GET",
        _IMAGES,
        list_images,
        Listing[ImageAnswer],
        query={
            "labels": "Id of a label: list only images that carry it.",
            "label": "The same as `labels`.",
            **PAGING,
        },
        needs=Permission.READ,
    ),
    Route(
        "POST", _IMAGES, upload_image, ImageAnswer, ImageCreate, status=201, needs=Permission.EDIT
    ),
    Route("GET", _IMAGE, get_image, ImageDetailAnswer, needs=Permission.READ),
    Route("PUT", _IMAGE, update_image, ImageDetailAnswer, ImageUpdate, needs=Permission.ANNOTATE),
    Route("PATCH", _IMAGE, update_image, ImageDetailAnswer, ImageUpdate, needs=Permission.ANNOTATE),
    Route("DELETE", _IMAGE, delete_image, None, status=204, needs=Permission.EDIT),
    Route(
        "POST",
        f"{_IMAGE}/add-label",
        add_label,
        ImageDetailAnswer,
        LabelReference,
        needs=Permission.ANNOTATE,
    ),
    Route(
        "POST",
        f"{_IMAGE}/remove-label",
        remove_label,
        ImageDetailAnswer,
        LabelReference,
        needs=Permission.ANNOTATE,
    ),
)
