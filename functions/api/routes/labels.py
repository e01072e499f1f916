"""Labels."""

from oriel.domain.access import Permission
from oriel.domain.errors import InvalidInput
from oriel.domain.label import Label, LabelFilter, LabelType

from functions.api.call import Call
from functions.api.product import Product
from functions.api.route import PAGING, Parameter, Route, an_id
from functions.api.wire.base import Request
from functions.api.wire.label import (
    LabelAnswer,
    LabelCreate,
    LabelDetailAnswer,
    LabelUpdate,
    TaskReference,
)
from functions.api.wire.listing import Listing, to_listing

_LABELS = "/recognition/v2/label"
_LABEL = f"{_LABELS}/<label_id>"


def list_labels(product: Product, call: Call[Request]) -> Listing[LabelAnswer]:
    """List the workspace's labels or a task's, oldest first."""
    asked = call.query
    wanted = LabelFilter(asked.get("search", ""), _type_of(asked.get("type")))
    page = product.labels.list(call.workspace_id, call.page(), asked.get("task") or None, wanted)
    return to_listing(page, LabelAnswer.from_domain, call.next_url(page.next_cursor))


def create_label(product: Product, call: Call[LabelCreate]) -> LabelDetailAnswer:
    """Make a label; names need not be unique. 403 where the plan has no room for one more."""
    new, room = call.body, product.billing.accounts.room_of(call.workspace_id)
    label = product.labels.create(
        *(call.workspace_id, new.name, new.type, new.description, new.output_name or None),
        room=room,
    )
    return LabelDetailAnswer.with_tasks(label, ())


def get_label(product: Product, call: Call[Request]) -> LabelDetailAnswer:
    """Show a label."""
    label = product.label_store.get(call.workspace_id, call.ids["label_id"])
    return _detail(product, label)


def update_label(product: Product, call: Call[LabelUpdate]) -> LabelDetailAnswer:
    """Change name, description or output name."""
    change = call.body.to_domain()
    return _detail(product, product.labels.update(call.workspace_id, call.ids["label_id"], change))


def add_task(product: Product, call: Call[TaskReference]) -> LabelDetailAnswer:
    """Let a task be asked next of images that carry the label; again changes nothing."""
    where = (call.workspace_id, call.ids["label_id"])
    return _detail(product, product.labels.add_next_task(*where, call.body.task_id))


def remove_task(product: Product, call: Call[TaskReference]) -> LabelDetailAnswer:
    """Undo add-task; where the task does not follow the label nothing changes."""
    where = (call.workspace_id, call.ids["label_id"])
    return _detail(product, product.labels.remove_next_task(*where, call.body.task_id))


def delete_label(product: Product, call: Call[Request]) -> None:
    """Remove a label from all tasks and images, then itself."""
    product.deletions.delete_label(call.workspace_id, call.ids["label_id"])


def wipe_label(product: Product, call: Call[Request]) -> None:
    """Remove a label and all its images."""
    product.deletions.wipe_label(call.workspace_id, call.ids["label_id"])


def _detail(product: Product, label: Label) -> LabelDetailAnswer:
    return LabelDetailAnswer.with_tasks(label, product.labels.next_tasks(label))


def _type_of(text: str | None) -> LabelType | None:
    try:
        return LabelType(text) if text else None
    except ValueError:
        raise InvalidInput(f"type: must be one of {', '.join(LabelType)}") from None


ROUTES: tuple[Route, ...] = (  # type: ignore[type-arg]
    Route(
        "GET",
        _LABELS,
        list_labels,
        Listing[LabelAnswer],
        query={
            "task": an_id("A task: list only its labels."),
            "search": "List only labels with this text in their names, in upper or lower case.",
            "type": Parameter(
                "List only labels of this type.", {"type": "string", "enum": list(LabelType)}
            ),
            **PAGING,
        },
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
    Route("PUT", _LABEL, update_label, LabelDetailAnswer, LabelUpdate, needs=Permission.EDIT),
    Route("PATCH", _LABEL, update_label, LabelDetailAnswer, LabelUpdate, needs=Permission.EDIT),
    Route(
        "POST",
        f"{_LABEL}/add-task",
        add_task,
        LabelDetailAnswer,
        TaskReference,
        needs=Permission.EDIT,
    ),
    Route(
        "POST",
        f"{_LABEL}/remove-task",
        remove_task,
        LabelDetailAnswer,
        TaskReference,
        needs=Permission.EDIT,
    ),
    Route("DELETE", _LABEL, delete_label, None, status=204, needs=Permission.EDIT),
    Route("DELETE", f"{_LABEL}/wipe", wipe_label, None, status=204, needs=Permission.EDIT),
)
