"""Annotation: verifications of images, and points on them."""

from oriel.domain.access import Permission

from functions.api.call import Call
from functions.api.product import Product
from functions.api.route import PAGING, Route, an_id
from functions.api.wire.annotation import (
    PointAnswer,
    PointCreate,
    VerificationAnswer,
    VerificationCreate,
)
from functions.api.wire.base import Request
from functions.api.wire.listing import Listing, to_listing

_VERIFICATIONS = "/annotate/v2/verification"
_POINTS = "/annotate/v2/point"
_OF_AN_IMAGE = {"image": an_id("An image: list all of its own on one page."), **PAGING}


def list_verifications(product: Product, call: Call[Request]) -> Listing[VerificationAnswer]:
    """List the workspace's verifications, oldest first, or all of an image."""
    page = product.annotations.list_verifications(
        call.workspace_id, call.page(), call.query.get("image") or None
    )
    return to_listing(page, VerificationAnswer.from_domain, call.next_url(page.next_cursor))


def verify(product: Product, call: Call[VerificationCreate]) -> VerificationAnswer:
    """Say that an image's labels are right: its proposals become ground truth.

    Again by the same user the answer is the verification that there is.
    """
    verification = product.annotations.verify(
        call.caller, call.workspace_id, call.body.image_id, call.body.user
    )
    product.trials.image_verified(call.workspace_id, call.body.image_id)
    return VerificationAnswer.from_domain(verification)


def unverify(product: Product, call: Call[Request]) -> None:
    """Take a verification back, whoever's it is; the labels stay as they are."""
    product.annotations.verifications.remove(call.workspace_id, call.ids["verification_id"])


def list_points(product: Product, call: Call[Request]) -> Listing[PointAnswer]:
    """List the workspace's points, oldest first, or all of an image."""
    page = product.annotations.list_points(
        call.workspace_id, call.page(), call.query.get("image") or None
    )
    return to_listing(page, PointAnswer.from_domain, call.next_url(page.next_cursor))


def create_point(product: Product, call: Call[PointCreate]) -> PointAnswer:
    """Note something on an image."""
    sent = call.body
    point = product.annotations.add_point(call.workspace_id, sent.image, sent.name, sent.data)
    return PointAnswer.from_domain(point)


def delete_point(product: Product, call: Call[Request]) -> None:
    """Remove a point."""
    product.annotations.points.remove(call.workspace_id, call.ids["point_id"])


ROUTES: tuple[Route, ...] = (  # type: ignore[type-arg]
    Route(
        "GET",
        _VERIFICATIONS,
        list_verifications,
        Listing[VerificationAnswer],
        query=_OF_AN_IMAGE,
        needs=Permission.READ,
        anywhere=True,
    ),
    Route(
        "POST",
        _VERIFICATIONS,
        verify,
        VerificationAnswer,
        VerificationCreate,
        status=201,
        needs=Permission.ANNOTATE,
        anywhere=True,
    ),
    Route(
        "DELETE",
        f"{_VERIFICATIONS}/<verification_id>",
        unverify,
        None,
        status=204,
        needs=Permission.ANNOTATE,
    ),
    Route(
        "GET",
        _POINTS,
        list_points,
        Listing[PointAnswer],
        query=_OF_AN_IMAGE,
        needs=Permission.READ,
        anywhere=True,
    ),
    Route(
        "POST",
        _POINTS,
        create_point,
        PointAnswer,
        PointCreate,
        status=201,
        needs=Permission.ANNOTATE,
        anywhere=True,
    ),
    Route(
        "DELETE",
        f"{_POINTS}/<point_id>",
        delete_point,
        None,
        status=204,
        needs=Permission.ANNOTATE,
    ),
)
