"""Uploads straight to S3."""

from oriel.domain.access import Permission
from oriel.services.uploads import NewUpload

from functions.api.call import Call
from functions.api.product import Product
from functions.api.route import Route
from functions.api.wire.base import Request
from functions.api.wire.upload import OpenUploadAnswer, UploadAnswer, UploadCreate

_UPLOADS = "/recognition/v2/training-image/upload"


def open_upload(product: Product, call: Call[UploadCreate]) -> OpenUploadAnswer:
    """Announce a picture and get a form for it; what arrives in S3 becomes an image."""
    sent = call.body
    new = NewUpload(
        content_type=sent.content_type,
        label_ids=sent.labels,
        test_image=sent.test_image,
        real=sent.real,
        meta_data=sent.meta_data,
        size_bytes=sent.size_bytes,
    )
    return OpenUploadAnswer.with_form(*product.uploads.promise(call.workspace_id, new))


def get_upload(product: Product, call: Call[Request]) -> UploadAnswer:
    """Tell what became of an upload; it is remembered for a day."""
    return UploadAnswer.from_domain(product.uploads.get(call.workspace_id, call.ids["upload_id"]))


ROUTES: tuple[Route, ...] = (  # type: ignore[type-arg]
    Route(
        "POST",
        _UPLOADS,
        open_upload,
        OpenUploadAnswer,
        UploadCreate,
        status=201,
        needs=Permission.EDIT,
    ),
    Route("GET", f"{_UPLOADS}/<upload_id>", get_upload, UploadAnswer, needs=Permission.READ),
)
