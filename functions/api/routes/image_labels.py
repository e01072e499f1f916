"""Labels of training images, one by one and in bulk."""

from collections.abc import Callable
from typing import TypeVar

from oriel.domain.access import Permission

from functions.api.call import Call
from functions.api.product import Product
from functions.api.route import Route
from functions.api.routes.images import IMAGE, IMAGES, detail
from functions.api.wire.base import LabelReference, Request
from functions.api.wire.image import ImageDetailAnswer
from functions.api.wire.image_labels import (
    ImagesUpdateAnswer,
    ImagesUpdateRequest,
    LabelOfImage,
)

B = TypeVar("B", bound=Request)


def update_images(product: Product, call: Call[ImagesUpdateRequest]) -> ImagesUpdateAnswer:
    """Change labels and marks of many images; each is changed by itself, and again is no harm."""
    done = product.image_updates.apply(call.workspace_id, call.body.to_domain())
    return ImagesUpdateAnswer.from_domain(done)


def add_label(product: Product, call: Call[LabelOfImage]) -> ImageDetailAnswer:
    """Attach a label, with a number where it is of the type value; again changes the number."""
    return _set_label(product, call)


def update_label(product: Product, call: Call[LabelOfImage]) -> ImageDetailAnswer:
    """Change the number of a label; one that the image does not carry yet is attached."""
    return _set_label(product, call)


def update_value(product: Product, call: Call[LabelOfImage]) -> ImageDetailAnswer:
    """Change the number of a label: another spelling of `update-label`."""
    return _set_label(product, call)


def remove_label(product: Product, call: Call[LabelReference]) -> ImageDetailAnswer:
    """Detach a label; where the image does not carry it nothing changes."""
    image = product.images.remove_label(call.workspace_id, call.ids["image_id"], call.body.label_id)
    return detail(product, image)


def _set_label(product: Product, call: Call[LabelOfImage]) -> ImageDetailAnswer:
    sent, image_id = call.body, call.ids["image_id"]
    image = product.images.add_label(call.workspace_id, image_id, sent.label_id, sent.value)
    return detail(product, image)


def _on_image(
    name: str, handle: Callable[[Product, Call[B]], ImageDetailAnswer], body: type[B]
) -> Route[B, ImageDetailAnswer]:
    path = f"{IMAGE}/{name}"
    return Route("POST", path, handle, ImageDetailAnswer, body, needs=Permission.ANNOTATE)


ROUTES: tuple[Route, ...] = (  # type: ignore[type-arg]
    Route(
        "POST",
        f"{IMAGES}/update",
        update_images,
        ImagesUpdateAnswer,
        ImagesUpdateRequest,
        needs=Permission.ANNOTATE,
    ),
    _on_image("add-label", add_label, LabelOfImage),
    _on_image("update-label", update_label, LabelOfImage),
    _on_image("update-value", update_value, LabelOfImage),
    _on_image("remove-label", remove_label, LabelReference),
)
