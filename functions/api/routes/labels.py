"""Labels."""

from oriel.domain.access import Permission

from functions.api.call import Call
from functions.api.product import Product
from functions.api.route import PAGING, Route
from functions.api.wire.base import Request
from functions.api.wire.label import LabelAnswer, LabelCreate, LabelDetailAnswer
from functions.api.wire.listing import Listing, to_listing

_LABELS = "/recognition/v2/label"
_LABEL = f"{_LABELS}/<label_id>"


def list_labels(product: Product, call: Call[Request]) -> Listing[LabelAnswer]:
    """List the workspace's labels or a task's, oldest first."""
    page = product.labels.list(call.workspace_id, call.page(), call.query.get("task"))
    return to_listing(page, LabelAnswer.from_domain, call.next_url(page.next_cursor))


def create_label(product: Product, call: Call[LabelCreate]) -> LabelDetailAnswer:
    """Make a label; names need not be unique."""
    new = call.body
    label = product.labels.create(
        call.workspace_id, new.name, new.type, new.description, new.output_name
    )
    return LabelDetailAnswer.from_domain(label)


def get_label(product: Product, call: Call[Request]) -> LabelDetailAnswer:
    """Show a label."""
    label = product.label_store.get(call.workspace_id, call.ids["label_id"])
    return LabelDetailAnswer.from_domain(label)


def delete_label(product: Product, call: Call[Request]) -> None:
    """Remove a label from all tasks and images, then itself."""
    product.deletions.delete_label(call.workspace_id, call.ids["label_id"])


def wipe_label(product: Product, call: Call[Request]) -> None:
    """Remove a label and all its images."""
    product.deletions.wipe_label(call.workspace_id, call.ids["label_id"])


ROUTES: tuple[Route, ...] = (  # type: ignore[type-arg]
    Route(
        "GET",
        _LABELS,
        list_labels,
        Listing[LabelAnswer],
        query={"task": "Id of a task: list only its labels.", **PAGING},
        needs=Permission.READ,
    ),
    Route(
        "POST",
        _LABELS,
        create_label,
        LabelDetailAnswer,
        LabelCreate,
        status=201,
        needs=Permission.EDIT,
    ),
    Route("GET", _LABEL, get_label, LabelDetailAnswer, needs=Permission.READ),
    Route("DELETE", _LABEL, delete_label, None, status=204, needs=Permission.EDIT),
    Route("DELETE", f"{_LABEL}/wipe", wipe_label, None, status=204, needs=Permission.EDIT),
)
