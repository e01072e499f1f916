"""What the services need of the outside world for usage facts and totals (see ports.py)."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from oriel.domain.billing.holds import Hold
from oriel.domain.usage import RequestKey, StoredReply, UsageFact, UsageTotal

if TYPE_CHECKING:
    # Read by who counts: a cold start of inference would wait for the ledger (ADR 23).
    from oriel.domain.billing.usage_rows import Rate


class UsageStore(Protocol):
    """Usage facts and kept replies."""

    def find_reply(self, workspace_id: str, key: RequestKey) -> StoredReply | None:
        """Return what was answered under this key; None where nothing was."""

    def commit(  # noqa: PLR0913, PLR0917 - what a request comes to
        self,
        workspace_id: str,
        key: RequestKey,
        facts: Sequence[UsageFact],
        reply: StoredReply,
        at: datetime,
        hold: Hold | None = None,
    ) -> None:
        """Record the facts and the reply, all or nothing; raises Conflict where the key exists.

        Where nobody but this request can know the key, what exists is its own and all is well.
        `hold` goes with it, and its counters keep what was answered; where it was released already
        they gain that. Raises TemporarilyUnavailable where the table does not take it now,
        PayloadTooLarge where it never will take the reply.
        """


class TotalsStore(Protocol):
    """What the facts add up to: derived, and exact however often facts arrive."""

    def count(self, facts: Sequence[UsageFact], rate: "Rate", at: datetime) -> int:
        """Add facts to totals and ledger, each at most once ever; return how many were new.

        They are of one workspace, day (UTC) and rate. Each is in the totals, in the ledger and
        marked as counted, or in none of them. Raises TemporarilyUnavailable.
        """

    def totals(self, workspace_id: str, from_day: str, to_day: str) -> Sequence[UsageTotal]:
        """Return the totals of the days from `from_day` to `to_day`, both included.

        Raises TemporarilyUnavailable.
        """


class CorrectableTotals(TotalsStore, Protocol):
    """Totals that can be made anew."""

    def rewrite(
        self, workspace_id: str, stand: Sequence[UsageTotal], right: Sequence[UsageTotal]
    ) -> int:
        """Replace totals that stand so, as they were read, by the right ones of the same days.

        Returns how many were wrong; raises Conflict where one has changed since it was read.
        """


class FactStore(Protocol):
    """Usage facts by day."""

    def facts_of(self, workspace_id: str, day: date, after: str = "") -> Iterator[UsageFact]:
        """Yield the facts of a day (UTC) in the order of time; raises TemporarilyUnavailable.

        What was written a moment ago may be missing. With `after` only those behind the fact with
        this `place`.
        """


class UsageOutbox(Protocol):
    """Where facts and their reply wait while the usage table does not take them."""

    def put(  # noqa: PLR0913, PLR0917 - what a request comes to
        self,
        workspace_id: str,
        key: RequestKey,
        facts: Sequence[UsageFact],
        reply: StoredReply,
        at: datetime,
        hold: Hold | None = None,
    ) -> None:
        """Keep them durably until they are committed; raises TemporarilyUnavailable."""
