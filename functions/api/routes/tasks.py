"""Tasks and their training."""

from oriel.domain.access import Permission

from functions.api.call import Call
from functions.api.product import Product
from functions.api.route import PAGING, Route
from functions.api.routes.traffic import change_traffic, check_alone
from functions.api.wire.base import LabelReference, Request
from functions.api.wire.listing import Listing, to_listing
from functions.api.wire.model import ModelAnswer
from functions.api.wire.task import TaskAnswer, TaskCreate, TaskUpdate
from functions.api.wire.train import TrainRequest

_TASKS = "/recognition/v2/task"
_TASK = f"{_TASKS}/<task_id>"


def list_tasks(product: Product, call: Call[Request]) -> Listing[TaskAnswer]:
    """List the workspace's tasks, oldest first."""
    page = product.task_store.list(call.workspace_id, call.page(), call.query.get("search", ""))
    return to_listing(page, TaskAnswer.from_domain, call.next_url(page.next_cursor))


def create_task(product: Product, call: Call[TaskCreate]) -> TaskAnswer:
    """Make a task; 403 where the plan has no room for one more."""
    new, room = call.body, product.billing.accounts.room_of(call.workspace_id)
    task = product.tasks.create(
        *(call.workspace_id, new.name, new.type, new.description),
        room=room,
        store_images=new.store_images,
        activation=None if new.activation is None else new.activation.to_domain(),
        training=None if new.training is None else new.training.to_domain(),
        abstention=None if new.abstention is None else new.abstention.to_domain(),
    )
    return TaskAnswer.from_domain(task)


def get_task(product: Product, call: Call[Request]) -> TaskAnswer:
    """Show a task."""
    return TaskAnswer.from_domain(product.task_store.get(call.workspace_id, call.ids["task_id"]))


def update_task(product: Product, call: Call[TaskUpdate]) -> TaskAnswer:
    """Change name, description, production version or settings; what is absent stays."""
    where = (call.workspace_id, call.ids["task_id"])
    abstention = None if call.body.abstention is None else call.body.abstention.to_domain()
    product.tasks.check(*where, abstention)
    check_alone(call.body.traffic, call.body.production_version)
    if call.body.production_version is not None:
        product.versions.choose(*where, call.body.production_version, call.caller.user_id)
    asked = call.body.traffic
    user_id = call.caller.user_id
    traffic = None if asked is None else change_traffic(product, where, user_id, asked)
    task = product.task_store.update(
        *where,
        name=call.body.name,
        description=call.body.description,
        store_images=call.body.store_images,
        activation=None if call.body.activation is None else call.body.activation.to_domain(),
        traffic=traffic,
        training=None if call.body.training is None else call.body.training.to_domain(),
        abstention=abstention,
    )
    return TaskAnswer.from_domain(task)


def delete_task(product: Product, call: Call[Request]) -> None:
    """Remove a task and its negative label; its other labels and all images stay."""
    product.tasks.delete(call.workspace_id, call.ids["task_id"])


def add_label(product: Product, call: Call[LabelReference]) -> TaskAnswer:
    """Let a label answer the task; again changes nothing."""
    task = product.tasks.attach_label(call.workspace_id, call.ids["task_id"], call.body.label_id)
    return TaskAnswer.from_domain(task)


def remove_label(product: Product, call: Call[LabelReference]) -> TaskAnswer:
    """Take a label off the task; where it is not attached nothing changes."""
    task = product.tasks.detach_label(call.workspace_id, call.ids["task_id"], call.body.label_id)
    return TaskAnswer.from_domain(task)


def train(product: Product, call: Call[TrainRequest]) -> ModelAnswer:
    """Start a training; answers at once with the model that it will make.

    N being 20 unless the deployment sets another minimum, it takes: for `multi_class` two labels
    with N images each; for `multi_label` N images with and N images without each tag, where images
    that have no tag of the task carry its negative label; for `regression` exactly one label, with
    2 N images that have a value. Where they are too few, the answer says what is missing, or the
    model's `failure` does if that shows only later.
    """
    model = product.trainings.begin(call.workspace_id, call.ids["task_id"], call.body.to_domain())
    return ModelAnswer.from_domain(model, product.progress.of(model))


ROUTES: tuple[Route, ...] = (  # type: ignore[type-arg]
    Route(
        "GET",
        _TASKS,
        list_tasks,
        Listing[TaskAnswer],
        query={
            "search": "List only tasks with this text in their names, in upper or lower case.",
            **PAGING,
        },
        needs=Permission.READ,
    ),
    Route("POST", _TASKS, create_task, TaskAnswer, TaskCreate, status=201, needs=Permission.EDIT),
    Route("GET", _TASK, get_task, TaskAnswer, needs=Permission.READ),
    Route("PUT", _TASK, update_task, TaskAnswer, TaskUpdate, needs=Permission.EDIT),
    Route("PATCH", _TASK, update_task, TaskAnswer, TaskUpdate, needs=Permission.EDIT),
    Route("DELETE", _TASK, delete_task, None, status=204, needs=Permission.EDIT),
    Route(
        "POST", f"{_TASK}/add-label", add_label, TaskAnswer, LabelReference, needs=Permission.EDIT
    ),
    Route(
        "POST",
        f"{_TASK}/remove-label",
        remove_label,
        TaskAnswer,
        LabelReference,
        needs=Permission.EDIT,
    ),
    Route(
        "POST",
        f"{_TASK}/train",
        train,
        ModelAnswer,
        TrainRequest,
        status=202,
        needs=Permission.TRAIN,
    ),
)
