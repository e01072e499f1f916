"""Who hears when trainings begin and end."""

from oriel.domain.access import Permission
from oriel.domain.page import Page

from functions.api.call import Call
from functions.api.product import Product
from functions.api.route import Route
from functions.api.wire.base import Request
from functions.api.wire.listing import Listing, to_listing
from functions.api.wire.notification import NotificationAnswer, NotificationCreate

_NOTIFICATIONS = "/account/v2/notification"


def list_notifications(product: Product, call: Call[Request]) -> Listing[NotificationAnswer]:
    """List the addresses that hear of the workspace's trainings, all on one page."""
    found = tuple(product.notifications.list(call.workspace_id))
    return to_listing(Page(found, len(found), None), NotificationAnswer.from_domain, None)


def create_notification(product: Product, call: Call[NotificationCreate]) -> NotificationAnswer:
    """Let an address hear when trainings begin and end, once whoever has it has confirmed it.

    Amazon SNS sends it a message with a link to follow: an e-mail, or a POST request whose JSON has
    the link as `SubscribeURL`. Later requests have JSON text in `Message`, with the model's id,
    status, version and path. Sent again it changes nothing: an address
    whose link was lost can be asked again after two days, when it is forgotten.
    """
    sent = call.body
    made = product.notifications.add(call.workspace_id, sent.kind, sent.address)
    return NotificationAnswer.from_domain(made)


def delete_notification(product: Product, call: Call[Request]) -> None:
    """Send nothing to an address any more; one that was never confirmed is forgotten by itself."""
    product.notifications.remove(call.workspace_id, call.ids["notification_id"])


ROUTES: tuple[Route, ...] = (  # type: ignore[type-arg]
    Route(
        "GET",
        _NOTIFICATIONS,
        list_notifications,
        Listing[NotificationAnswer],
        needs=Permission.READ,
    ),
    Route(
        "POST",
        _NOTIFICATIONS,
        create_notification,
        NotificationAnswer,
        NotificationCreate,
        status=201,
        needs=Permission.MANAGE,
    ),
    Route(
        "DELETE",
        f"{_NOTIFICATIONS}/<notification_id>",
        delete_notification,
        None,
        status=204,
        needs=Permission.MANAGE,
    ),
)
