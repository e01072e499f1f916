"""What an answer says of what it is billed by."""

from collections.abc import Mapping, Sequence
from typing import Any

from oriel.domain.usage import UsageFact
from oriel.services.reservations import Reservation
from oriel.values import dataclass

_UNITS = "X-Oriel-Units"
_PRICE_VERSION = "X-Oriel-Price-Version"
_REMAINING = "X-Oriel-Remaining"

NOTHING_BILLED: Mapping[str, str] = {_UNITS: "0"}
"""Of a reply that is given again."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """`remaining` are the units that are left afterwards, None where nothing limits them."""

    facts: tuple[str, ...]
    units: int
    price_version: str
    remaining: int | None

    @classmethod
    def of(cls, facts: Sequence[UsageFact], reserved: Reservation) -> "Receipt":
        """Write the receipt of these facts."""
        return cls(
            tuple(fact.id for fact in facts),
            sum(fact.units for fact in facts),
            reserved.price_version,
            reserved.remaining(facts),
        )

    @property
    def headers(self) -> Mapping[str, str]:
        """What of it stands in headers."""
        remaining = {} if self.remaining is None else {_REMAINING: str(self.remaining)}
        version = {_PRICE_VERSION: self.price_version} if self.price_version else {}
        return {_UNITS: str(self.units), **version, **remaining}


FREE = Receipt((), 0, "", None)
"""Of what was only tried; no price list has to do with it."""


def with_receipt(body: Mapping[str, Any], receipt: Receipt) -> dict[str, Any]:
    """Put a receipt into an answer's `statistics`."""
    billing = {
        "facts": list(receipt.facts),
        "units": receipt.units,
        "price_version": receipt.price_version,
        "remaining": receipt.remaining,
    }
    return {**body, "statistics": {**body["statistics"], "billing": billing}}
