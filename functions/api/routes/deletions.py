"""Deletions that take longer than a request."""

from oriel.domain.access import Permission

from functions.api.call import Call
from functions.api.product import Product
from functions.api.route import PAGING, Route
from functions.api.wire.base import Request
from functions.api.wire.deletion import DeletionAnswer
from functions.api.wire.listing import Listing, to_listing


def list_deletions(product: Product, call: Call[Request]) -> Listing[DeletionAnswer]:
    """List the deletions that went on after their request, oldest first."""
    page = product.sweep_store.list(call.workspace_id, call.page())
    return to_listing(page, DeletionAnswer.from_domain, call.next_url(page.next_cursor))


def resume_deletion(product: Product, call: Call[Request]) -> DeletionAnswer:
    """Let a deletion go on that has failed; one that is under way or done stays as it is."""
    sweep = product.workspace_deletion.resume(call.workspace_id, call.ids["subject_id"])
    return DeletionAnswer.from_domain(sweep)


ROUTES: tuple[Route, ...] = (  # type: ignore[type-arg]
    Route(
        "GET",
        "/account/v2/deletion",
        list_deletions,
        Listing[DeletionAnswer],
        query=PAGING,
        needs=Permission.READ,
    ),
    Route(
        "POST",
        "/account/v2/deletion/<subject_id>/resume",
        resume_deletion,
        DeletionAnswer,
        Request,
        needs=Permission.MANAGE,
    ),
)
