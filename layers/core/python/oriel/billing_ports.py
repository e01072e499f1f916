"""What the services need of the outside world for prices and accounts (see ports.py)."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Protocol

from oriel.domain.billing.accounts import BillingAccount, Taken
from oriel.domain.billing.prices import PriceList

if TYPE_CHECKING:
    # Read by who keeps books: a cold start of inference would wait for the ledger (ADR 23).
    from oriel.domain.billing.ledger import ChainHead, LedgerRow


class PriceLists(Protocol):
    """All price lists that were ever billed by."""

    def current(self, day: date) -> PriceList:
        """Return the latest list that is valid on a day."""

    def version(self, version: str) -> PriceList:
        """Return the list of this version; raises NotFound."""


class AccountStore(Protocol):
    """How workspaces are billed."""

    def find(self, workspace_id: str) -> BillingAccount | None:
        """Return the account, strongly consistent; None where none was ever written."""

    def save(self, account: BillingAccount, begun: Sequence[Taken] = ()) -> BillingAccount:
        """Write an account that follows the revision it was read with; return it with the next.

        `begun` are the counters of scopes that nothing limited before: what they hold is replaced,
        in the same transaction. Raises Conflict where another change came first.
        """

    def workspaces(self) -> Iterator[str]:
        """Yield the ids of all workspaces that have an account or were ever billed."""


class LedgerStore(Protocol):
    """The ledgers of workspaces; nothing in them is ever changed."""

    def head(self, workspace_id: str) -> "ChainHead | None":
        """Return where the ledger ends, strongly consistent; None where it has no row."""

    def append(self, row: "LedgerRow") -> None:
        """Write a row that follows the head; raises Conflict where the ledger has gone on."""

    def rows(
        self, workspace_id: str, first: date | None = None, last: date | None = None
    ) -> "Iterator[LedgerRow]":
        """Yield the rows of the days from `first` to `last`, both included, in their order."""
