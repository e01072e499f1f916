"""Models."""

from functools import partial

from oriel.domain.access import Permission
from oriel.domain.errors import InvalidInput
from oriel.domain.model import Model

from functions.api.call import Call
from functions.api.product import Product
from functions.api.route import PAGING, Route, an_id
from functions.api.wire.base import Request
from functions.api.wire.listing import Listing, to_listing
from functions.api.wire.model import ModelAnswer

_MODELS = "/recognition/v2/model"
_MODEL = f"{_MODELS}/<model_id>"


def list_models(product: Product, call: Call[Request]) -> Listing[ModelAnswer]:
    """List a task's models, oldest first."""
    task_id = call.query.get("task")
    if not task_id:
        raise InvalidInput("task: the id of a task is required")
    product.task_store.get(call.workspace_id, task_id)
    page = product.model_store.list(call.workspace_id, task_id, call.page())
    return to_listing(page, partial(_shown, product), call.next_url(page.next_cursor))


def get_model(product: Product, call: Call[Request]) -> ModelAnswer:
    """Show a model."""
    model = product.model_store.get(call.workspace_id, call.ids["model_id"])
    return _shown(product, model)


def delete_model(product: Product, call: Call[Request]) -> None:
    """Remove a model; that of the production version only once another version is activated."""
    product.versions.delete(call.workspace_id, call.ids["model_id"])


def activate_model(product: Product, call: Call[Request]) -> ModelAnswer:
    """Let the task answer with this version from now on; again changes nothing."""
    where = (call.workspace_id, call.ids["model_id"])
    return _shown(product, product.versions.activate(*where, call.caller.user_id))


def cancel_model(product: Product, call: Call[Request]) -> ModelAnswer:
    """End a training: its model is FAILED and its task can be trained again.

    Again, or for a model whose training has failed, it changes nothing. What was published stays:
    that is refused with 409. The training's machine may take two minutes to end.
    """
    where = (call.workspace_id, call.ids["model_id"])
    return _shown(product, product.trainings.cancel(*where, call.caller.user_id))


def _shown(product: Product, model: Model) -> ModelAnswer:
    return ModelAnswer.from_domain(model, product.progress.of(model))


ROUTES: tuple[Route, ...] = (  # type: ignore[type-arg]
    Route(
        "GET",
        _MODELS,
        list_models,
        Listing[ModelAnswer],
        query={"task": an_id("The task.", required=True), **PAGING},
        needs=Permission.READ,
    ),
    Route("GET", _MODEL, get_model, ModelAnswer, needs=Permission.READ),
    Route("DELETE", _MODEL, delete_model, None, status=204, needs=Permission.EDIT),
    Route(
        "POST",
        f"{_MODEL}/activate",
        activate_model,
        ModelAnswer,
        Request,
        needs=Permission.EDIT,
    ),
    Route("POST", f"{_MODEL}/cancel", cancel_model, ModelAnswer, Request, needs=Permission.TRAIN),
)
