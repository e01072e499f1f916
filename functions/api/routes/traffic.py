"""Trials of candidate versions on a task's own traffic."""

from oriel.domain.access import Permission
from oriel.domain.errors import InvalidInput
from oriel.domain.task import TaskType
from oriel.domain.traffic import Traffic, TrafficMode
from oriel.domain.trial_record import Given

from functions.api.call import Call
from functions.api.product import Product
from functions.api.route import Route
from functions.api.wire.base import Request
from functions.api.wire.traffic import Feedback, FeedbackAnswer, TrafficAnswer, TrafficSetting

_TASK = "/recognition/v2/task/<task_id>"


def show_traffic(product: Product, call: Call[Request]) -> TrafficAnswer:
    """Show how the task's latest trial of a candidate stands.

    A trial begins and ends by the task's `traffic`. It ends by itself where the candidate does
    worse by a test that may be looked at at any time, and where another version goes into
    production.
    """
    return TrafficAnswer.from_domain(
        product.trials.standing(call.workspace_id, call.ids["task_id"])
    )


def give_feedback(product: Product, call: Call[Feedback]) -> FeedbackAnswer:
    """Say what was right of a record that was answered during a trial.

    Again it changes nothing; another truth takes the place of the first. Pictures that were kept
    when they were classified (`store_images`) count by themselves once they are verified.
    """
    where = (call.workspace_id, call.ids["task_id"])
    truth = _truth(product, call)
    return FeedbackAnswer.from_domain(product.trials.report(*where, call.body.record_id, truth))


def change_traffic(
    product: Product, where: tuple[str, str], user_id: str, asked: TrafficSetting
) -> Traffic | None:
    """Begin or end the trial of a task; return what it is to be told. Raises as `Trials` does."""
    if asked.mode == "off":
        product.trials.end(*where, user_id)
        return None
    if asked.candidate_version is None:
        raise InvalidInput("traffic.candidate_version: name the version that is to be tried")
    if asked.share is None:
        raise InvalidInput("traffic.share: say what share of the requests it gets, in (0, 1]")
    mode = TrafficMode(asked.mode)
    return product.trials.begin(*where, asked.candidate_version, asked.share, mode)


def check_alone(asked: TrafficSetting | None, production_version: int | None) -> None:
    """Raise InvalidInput where a trial is to begin with a new version to be held against.

    The version would be in production already when the trial is refused.
    """
    if asked is not None and asked.mode != "off" and production_version is not None:
        raise InvalidInput("traffic: choose the production version in a request before this one")


def _truth(product: Product, call: Call[Feedback]) -> Given:
    task = product.task_store.get(call.workspace_id, call.ids["task_id"])
    sent = call.body
    if task.type is TaskType.REGRESSION:
        if sent.value is None:
            raise InvalidInput("value: say the right value, as the task is a regression")
        return sent.value
    named = [sent.label_id] if task.type is TaskType.MULTI_CLASS else sent.label_ids
    if named is None or None in named:
        field = "label_id" if task.type is TaskType.MULTI_CLASS else "label_ids"
        raise InvalidInput(f"{field}: say what is right, as the task is {task.type}")
    known = {label.id for label in product.task_store.labels(call.workspace_id, task.id)}
    for label_id in named:
        if label_id not in known:
            raise InvalidInput(f"{label_id}: the task has no such label")
    return frozenset(one for one in named if one and one != task.negative_label_id)


ROUTES: tuple[Route, ...] = (  # type: ignore[type-arg]
    Route("GET", f"{_TASK}/traffic", show_traffic, TrafficAnswer, needs=Permission.READ),
    Route(
        "POST",
        f"{_TASK}/feedback",
        give_feedback,
        FeedbackAnswer,
        Feedback,
        needs=Permission.ANNOTATE,
    ),
)
