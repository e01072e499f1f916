"""Tells the system that payments are taken with what was used, each unit once.

What will be sent is written down before it is sent, and what was taken after: whoever dies between
the two, or hears no answer, sends the same piece under the same name again. Each workspace goes its
own way, so that one that cannot be told of holds up no other.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from oriel.billing_ports import AccountStore
from oriel.domain.billing.accounts import BillingAccount
from oriel.domain.billing.exports import (
    ExportCursor,
    ExportedTooMuch,
    ExportRefused,
    ExportUndecided,
)
from oriel.domain.clock import Clock
from oriel.domain.errors import Conflict
from oriel.export_ports import ExportCursors, ExportQueue, TotalsReader, UsageTaker

RECENT = timedelta(days=3)
"""Looked at each hour; days before, whose facts came late, in the first hour of each day."""
WHOLE = timedelta(days=400)


class ExportRound:
    """Lets the usage of each workspace that is a customer of that system be told."""

    def __init__(self, accounts: AccountStore, queue: ExportQueue, clock: Clock) -> None:
        self._accounts = accounts
        self._queue = queue
        self._clock = clock

    def begin(self) -> int:
        """Send the workspaces on their ways; return how many. Raises TemporarilyUnavailable."""
        now = self._clock()
        back = RECENT if now.hour else WHOLE
        begun = 0
        for workspace_id in self._accounts.workspaces():
            account = self._accounts.find(workspace_id)
            if account is not None and account.customer_since is not None:
                self._queue.send(workspace_id, max(now.date() - back, account.customer_since))
                begun += 1
        return begun


class UsageExport:
    """Tells of one workspace at a time."""

    def __init__(
        self,
        accounts: AccountStore,
        totals: TotalsReader,
        cursors: ExportCursors,
        taker: UsageTaker,
        clock: Clock,
    ) -> None:
        self._accounts = accounts
        self._totals = totals
        self._cursors = cursors
        self._taker = taker
        self._clock = clock

    def export(self, workspace_id: str, first: date) -> int:
        """Tell of what was used since a day and was not told; return how many units.

        A day that is refused holds up no other. Raises ExportRefused, ExportUndecided or
        ExportedTooMuch, of the first such day, and TemporarilyUnavailable or Conflict at once.
        """
        account = self._accounts.find(workspace_id)
        if account is None or account.customer_since is None:
            return 0
        told, problems = 0, []
        for cursor, units in self._days(account, max(first, account.customer_since)):
            try:
                told += self._tell(account.customer, cursor, units)
            except (ExportRefused, ExportUndecided, ExportedTooMuch) as problem:
                problems.append(problem)
        if problems:
            raise problems[0]
        return told

    def _days(self, account: BillingAccount, first: date) -> Iterator[tuple[ExportCursor, int]]:
        """Yield each day's cursor and the units that were used, the earliest first."""
        # A fact's clock may be ahead of this one's by some minutes, past midnight.
        last = self._clock().date() + timedelta(days=1)
        used: Counter[date] = Counter()
        for total in self._totals.totals(account.workspace_id, first.isoformat(), last.isoformat()):
            used[date.fromisoformat(total.day)] += total.units
        cursors = self._cursors.find(account.workspace_id, first, last)
        for day in sorted({*used, *cursors}):
            yield cursors.get(day) or ExportCursor(account.workspace_id, day), used[day]

    def _tell(self, customer: str, cursor: ExportCursor, units: int) -> int:
        """Send what is under way, then what has come since; return how many units were told."""
        told = cursor.pending
        if cursor.pending:
            cursor = self._send(customer, cursor)
        new = units - cursor.sent
        if new < 0:
            raise ExportedTooMuch(f"{cursor.sent} units of {cursor.day} were told, {units} used")
        if new:
            cursor = cursor.begin(new, self._clock())
            self._cursors.save(cursor)
            self._send(customer, cursor)
        return told + new

    def _send(self, customer: str, cursor: ExportCursor) -> ExportCursor:
        piece, now = cursor.piece, self._clock()
        if piece is None:
            raise Conflict("Nothing is under way")
        if not cursor.may_send(now):
            raise ExportUndecided(f"{piece.identifier}: it is not known whether it was taken")
        # Whether it was new or known already: it is there, once.
        self._taker.send(piece, customer, piece.at(now))
        done = cursor.taken()
        self._cursors.save(done)
        return done


class ExportDecisions:
    """Where a person says what became of a piece."""

    def __init__(self, cursors: ExportCursors, clock: Clock) -> None:
        self._cursors = cursors
        self._clock = clock

    def decide(self, workspace_id: str, day: date, *, taken: bool) -> ExportCursor:
        """Say of a day's piece whether it was taken; one that was not is sent again as it is.

        Raises Conflict where nothing is under way, or where that is still sent again by itself.
        """
        now = self._clock()
        cursor = self._cursors.find(workspace_id, day, day).get(day)
        if cursor is None or not cursor.pending:
            raise Conflict(f"Nothing is under way of {day}")
        if cursor.may_send(now):
            raise Conflict(f"What is under way of {day} is still sent again by itself; wait")
        decided = cursor.taken() if taken else cursor.begin(cursor.pending, now)
        self._cursors.save(decided)
        return decided
