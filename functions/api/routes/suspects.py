"""Labels that may be wrong."""

from oriel.domain.access import Permission

from functions.api.call import Call
from functions.api.product import Product
from functions.api.route import PAGING, Route
from functions.api.wire.base import Request
from functions.api.wire.suspects import SuspectAnswer, SuspectsAnswer


def list_suspects(product: Product, call: Call[Request]) -> SuspectsAnswer:
    """List images whose labels disagree with what all other images say, the worst first.

    The latest training has predicted every image by a head that has not seen it. Labels that were
    changed since are left out.
    """
    task_id = call.ids["task_id"]
    suspects = product.suspects.find(call.workspace_id, task_id)
    if suspects is None:
        return SuspectsAnswer(
            count=0, next=None, results=[], model=None, images_looked_at=0, reason=None
        )
    page = product.suspects.page(call.workspace_id, task_id, suspects, call.page())
    return SuspectsAnswer(
        count=page.count,
        next=call.next_url(page.next_cursor),
        results=[
            SuspectAnswer.from_domain(one.suspect, product.images.links(one.image), suspects.labels)
            for one in page.items
        ],
        model=suspects.model_id,
        images_looked_at=suspects.image_count,
        reason=suspects.reason,
    )


ROUTES: tuple[Route, ...] = (  # type: ignore[type-arg]
    Route(
        "GET",
        "/recognition/v2/task/<task_id>/suspects",
        list_suspects,
        SuspectsAnswer,
        query=PAGING,
        needs=Permission.READ,
    ),
)
