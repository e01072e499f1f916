"""What a program may want to know of this service before it sends anything."""

from oriel.domain.errors import NotFound
from oriel.domain.image import MAX_LABELS_OF_UPLOAD
from oriel.domain.page import MAX_PAGE_SIZE
from oriel.domain.picture_limits import MAX_PICTURE_BYTES, MAX_PICTURE_PIXELS
from oriel.domain.task import MAX_LABELS_OF_TASK
from oriel.services.records import MAX_RECORDS

from functions.api.call import Call
from functions.api.product import Product
from functions.api.route import Route
from functions.api.wire.base import Request
from functions.api.wire.config import LimitsAnswer

LIMITS, VERSIONS = "limits", {None, "", "1"}


def get_config(_product: Product, call: Call[Request]) -> LimitsAnswer:
    """Show the limits of requests; `limits` is the only configuration, 1 its only version."""
    if call.ids["config_type"] != LIMITS or call.query.get("version") not in VERSIONS:
        raise NotFound(f"There is no such configuration; '{LIMITS}' is one, its version is 1")
    return LimitsAnswer(
        records=MAX_RECORDS,
        picture_bytes=MAX_PICTURE_BYTES,
        picture_pixels=MAX_PICTURE_PIXELS,
        labels_of_upload=MAX_LABELS_OF_UPLOAD,
        labels_of_task=MAX_LABELS_OF_TASK,
        page_size=MAX_PAGE_SIZE,
    )


ROUTES: tuple[Route, ...] = (  # type: ignore[type-arg]
    Route(
        "GET",
        "/account/v2/config/<config_type>",
        get_config,
        LimitsAnswer,
        query={"version": "1, which is also taken where it is absent."},
        needs=None,
    ),
)
