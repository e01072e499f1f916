"""How models do on pictures that they have not learned from."""

import math
from collections.abc import Iterator, Mapping

from oriel.domain.access import Permission
from oriel.domain.curves import Choice
from oriel.domain.errors import InvalidInput
from oriel.services.evaluations import FailedImage

from functions.api.call import Call
from functions.api.product import Product
from functions.api.route import PAGING, Parameter, Route
from functions.api.wire.base import Request
from functions.api.wire.costs import CostsAnswer, CostsRequest
from functions.api.wire.evaluation import EvaluationAnswer
from functions.api.wire.failed_image import FailedImageAnswer
from functions.api.wire.listing import Listing, to_listing

_MODEL = "/recognition/v2/model/<model_id>"
_MOST = 1e9


def get_evaluation(product: Product, call: Call[Request]) -> EvaluationAnswer:
    """Show a model's evaluation, with the thresholds that are asked for.

    A model that was not evaluated is refused with 409.
    """
    choices = list(_choices(call.query))
    found = product.evaluations.get(call.workspace_id, call.ids["model_id"])
    return EvaluationAnswer.from_domain(found, choices)


def price_answers(product: Product, call: Call[CostsRequest]) -> CostsAnswer:
    """Work out what the answers to the test pictures cost; changes nothing.

    Only for multi_class; of tags, the evaluation takes `false_positive` and `false_negative`.
    """
    where, sent = (call.workspace_id, call.ids["model_id"]), call.body
    return CostsAnswer.from_domain(*product.evaluations.price(*where, sent.costs, sent.abstain))


def list_failed_images(product: Product, call: Call[Request]) -> Listing[FailedImageAnswer]:
    """List the test pictures that a model got wrong, the most confident mistakes first.

    Of a regression these are all test pictures, the largest errors first. A model that was not
    evaluated is refused with 409.
    """
    where = (call.workspace_id, call.ids["model_id"])
    found, page = product.evaluations.failed_images(*where, call.page())

    def answer(failed: FailedImage) -> FailedImageAnswer:
        links = None if failed.image is None else product.images.links(failed.image)
        return FailedImageAnswer.from_domain(failed, found.artifact, links)

    return to_listing(page, answer, call.next_url(page.next_cursor))


def _choices(query: Mapping[str, str]) -> Iterator[tuple[Mapping[str, float], Choice]]:
    """Yield what is asked of the curves; raises InvalidInput naming the parameter."""
    precision, recall = _number(query, "precision", 1), _number(query, "recall", 1)
    false_positive = _number(query, "false_positive", _MOST)
    false_negative = _number(query, "false_negative", _MOST)
    if precision is not None:
        yield {"precision": precision}, lambda curve: curve.for_precision(precision)
    if recall is not None:
        yield {"recall": recall}, lambda curve: curve.for_recall(recall)
    if (false_positive is None) != (false_negative is None):
        missing = "false_positive" if false_positive is None else "false_negative"
        raise InvalidInput(f"{missing}: the costs of both mistakes are needed")
    if false_positive is not None and false_negative is not None:
        asked = {"false_positive": false_positive, "false_negative": false_negative}
        yield asked, lambda curve: curve.for_costs(false_positive, false_negative)


def _number(query: Mapping[str, str], name: str, most: float) -> float | None:
    text = query.get(name)
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number <= most:
        raise InvalidInput(f"{name}: must be a number from 0 to {most:g}")
    return number


_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
_COST = {"type": "number", "minimum": 0, "maximum": _MOST}

ROUTES: tuple[Route, ...] = (  # type: ignore[type-arg]
    Route(
        "GET",
        f"{_MODEL}/evaluation",
        get_evaluation,
        EvaluationAnswer,
        query={
            "precision": Parameter(
                "Find the threshold that finds most at a precision of at least this.", _SHARE
            ),
            "recall": Parameter(
                "Find the most precise threshold that finds at least this share.", _SHARE
            ),
            "false_positive": Parameter(
                "What it costs to give what is wrong; with `false_negative`, find the threshold of "
                "the least costs.",
                _COST,
            ),
            "false_negative": Parameter("What it costs not to find what is there.", _COST),
        },
        needs=Permission.READ,
        also=(409,),
    ),
    Route(
        "POST",
        f"{_MODEL}/evaluation",
        price_answers,
        CostsAnswer,
        CostsRequest,
        needs=Permission.READ,
    ),
    Route(
        "GET",
        f"{_MODEL}/failed-images",
        list_failed_images,
        Listing[FailedImageAnswer],
        query=PAGING,
        needs=Permission.READ,
        also=(409,),
    ),
)
