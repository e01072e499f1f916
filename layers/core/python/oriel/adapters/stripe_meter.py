"""Stripe's meter events (https://docs.stripe.com/api/billing/meter-event/create).

Stripe refuses an identifier that it has seen within some 24 hours, with a 400: then the event is
there. It knows no other name of what was sent, and takes whole numbers of units, times of the last
35 days and up to five minutes ahead, and one call a customer and meter at a time.
"""

from datetime import datetime

import stripe

from oriel.domain.billing.exports import Export, ExportRefused
from oriel.domain.errors import TemporarilyUnavailable

TIMEOUT_SECONDS = 10
TRIES_AGAIN = 2
"""By the package itself, where a call was not answered or met another one."""
_BAD_REQUEST = 400
_DUPLICATE = "duplicate_meter_event"


class StripeMeter:
    """A meter of one Stripe account."""

    def __init__(
        self, key: str, event_name: str, address: str = "", tries_again: int = TRIES_AGAIN
    ) -> None:
        """Take the account's secret key, the meter's event name, and another address in tests."""
        self._event_name = event_name
        self._client = stripe.StripeClient(
            key,
            base_addresses={"api": address} if address else {},
            http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
            max_network_retries=tries_again,
        )

    def send(self, export: Export, customer: str, at: datetime) -> bool:
        """Tell of units that a customer used; False where Stripe knew them already.

        Raises TemporarilyUnavailable where Stripe did not say whether it took them, ExportRefused
        where it did not take them.
        """
        try:
            self._client.v1.billing.meter_events.create(
                {
                    "event_name": self._event_name,
                    "identifier": export.identifier,
                    "timestamp": int(at.timestamp()),
                    "payload": {"stripe_customer_id": customer, "value": str(export.units)},
                }
            )
        except stripe.InvalidRequestError as error:
            if _is_known(error, export):
                return False
            raise ExportRefused(f"Stripe refused {export.identifier}: {_words(error)}") from None
        except (stripe.AuthenticationError, stripe.PermissionError) as error:
            raise ExportRefused(f"Stripe refused the key: {type(error).__name__}") from None
        except stripe.StripeError as error:
            what = type(error).__name__
            raise TemporarilyUnavailable(
                f"Stripe did not take {export.identifier}: {what}"
            ) from None
        return True


def _is_known(error: stripe.InvalidRequestError, export: Export) -> bool:
    """Tell a duplicate from other refusals, by its code or by the identifier in its words."""
    if error.http_status != _BAD_REQUEST:
        return False
    said = str(error.user_message or "")
    return error.code == _DUPLICATE or (
        "already exists with identifier" in said and export.identifier in said
    )


def _words(error: stripe.StripeError) -> str:
    return str(error.user_message or error.code or type(error).__name__)
