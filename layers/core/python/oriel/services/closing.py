"""Closes the periods of workspaces: drafts, three days of grace, final invoices with numbers.

Every step reads what stands and writes one thing: a draft, or in one transaction the final invoice
with its number, its row of the ledger and the packs it used. Whoever dies in between leaves nothing
half done, and whoever comes next goes on from what stands. Workspaces go their own ways, so that
one that cannot be closed holds up no other.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from oriel.billing_ports import AccountStore, LedgerStore
from oriel.domain.billing.accounts import BillingAccount
from oriel.domain.billing.closing import Covered, entry_of
from oriel.domain.billing.invoices import Invoice, InvoiceState
from oriel.domain.billing.invoicing import UsageFell, use_packs
from oriel.domain.billing.ledger import UnreadableRow, append
from oriel.domain.billing.periods import Period
from oriel.domain.clock import Clock
from oriel.domain.errors import Conflict, TemporarilyUnavailable
from oriel.invoice_ports import InvoiceStore, Reconciliation
from oriel.services.drafts import Drafts

ATTEMPTS = 20
"""To become final: others take numbers, and the meter appends to the ledger, at the same time."""
FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 2.0
SETTLES_SECONDS = 5.0
"""Within this all that was answered has been counted; what disagrees for longer is a drift."""
RECENT_DAYS = 2
"""How many of the last days are compared each night, whatever becomes of their period."""


@dataclass(slots=True)
class Closed:
    """What came of one look at a workspace; `done` unless there was not time enough for all."""

    done: bool = True
    drafts: list[Invoice] = field(default_factory=list)
    held: list[Invoice] = field(default_factory=list)
    final: list[Invoice] = field(default_factory=list)
    drifts: list[str] = field(default_factory=list)


class Closing:
    """Closes one workspace at a time."""

    def __init__(  # noqa: PLR0913 - each is one thing that a close needs
        self,
        *,
        accounts: AccountStore,
        drafts: Drafts,
        invoices: InvoiceStore,
        ledger: LedgerStore,
        reconciliation: Reconciliation,
        clock: Clock,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._accounts = accounts
        self._drafts = drafts
        self._invoices = invoices
        self._ledger = ledger
        self._reconciliation = reconciliation
        self._clock = clock
        self._sleep = sleep

    def run(self, workspace_id: str, has_time: Callable[[], bool] = lambda: True) -> Closed:
        """Draft the periods that ended, and finish those whose grace is over, in their order.

        May be called again at any time. Raises TemporarilyUnavailable, and Conflict where somebody
        else closes them just now.
        """
        closed = Closed()
        account = self._drafts.account_of(workspace_id)
        if account is None:
            return closed
        closed.drifts += self._recent_drifts(account)
        final = [one for one in self._invoices.all(workspace_id) if _is_final(one)]
        in_order, unfinished = True, list[Invoice]()
        for period in self._ended(account, final):
            invoice = self._close(account, period, final, closed, has_time, may_finish=in_order)
            if _is_final(invoice):
                final.append(invoice)
                account = self._accounts.find(workspace_id) or account
            else:
                unfinished.append(invoice)
            if not closed.done:
                break
            in_order = in_order and _is_final(invoice)
        self._promise(workspace_id, sum(map(_from_packs, unfinished)))
        return closed

    def _promise(self, workspace_id: str, promised: int) -> None:
        """Note what periods that ended take of packs, so that the present one takes it not too."""
        for _ in range(ATTEMPTS):
            account = self._accounts.find(workspace_id)
            if account is None or account.promised == promised:
                return
            try:
                self._accounts.save(replace(account, promised=promised))
            except Conflict:
                continue  # Somebody changed the account meanwhile: it is read again.
            return
        raise TemporarilyUnavailable("The account changes all the time; try again")

    def _ended(self, account: BillingAccount, final: Sequence[Invoice]) -> Iterator[Period]:
        """Yield the periods that ended and have no final invoice, the earliest first."""
        today = self._clock().date()
        period = self._drafts.first_period(account, final)
        while period.after <= today:
            yield period
            period = self._drafts.period_from(account, period.after)

    def _close(  # noqa: PLR0913 - what is known so far, and how far it may go
        self,
        account: BillingAccount,
        period: Period,
        final: Sequence[Invoice],
        closed: Closed,
        has_time: Callable[[], bool],
        *,
        may_finish: bool,
    ) -> Invoice:
        try:
            drafted = self._drafts.draft(account, period, final)
        except (UnreadableRow, UsageFell) as problem:
            return self._hold(self._drafts.unmade(account, period), str(problem), closed)
        invoice = self._save(drafted.invoice)
        if not may_finish or self._clock().date() < invoice.final_from:
            closed.drafts.append(invoice)
            return invoice
        checked = self._check(invoice, drafted.days, closed, has_time)
        if not closed.done or checked.state == InvoiceState.HELD:
            return checked
        finished = self._finish(account, checked, drafted.covered)
        closed.final.append(finished)
        return finished

    def _check(
        self,
        invoice: Invoice,
        days: Sequence[date],
        closed: Closed,
        has_time: Callable[[], bool],
    ) -> Invoice:
        """Compare facts, ledger and totals of the days that were not yet; goes on where it was."""
        for day in days:
            if invoice.checked is not None and day <= invoice.checked:
                continue
            if not has_time():
                closed.done = False
                break
            drifts = self._drifts(invoice.workspace_id, day)
            if drifts:
                closed.drifts += drifts
                return self._hold(invoice, drifts[0], closed)
            invoice = replace(invoice, checked=day)
        return self._save(replace(invoice, state=InvoiceState.DRAFT, held_because=""))

    def _hold(self, invoice: Invoice, because: str, closed: Closed) -> Invoice:
        held = self._save(replace(invoice, state=InvoiceState.HELD, held_because=because))
        closed.held.append(held)
        return held

    def _finish(self, account: BillingAccount, invoice: Invoice, covered: Covered) -> Invoice:
        """Make it final under the next number; what came in between is read again."""
        for attempt in range(ATTEMPTS):
            if attempt:
                self._sleep(_pause(attempt))
                account = self._accounts.find(invoice.workspace_id) or account
            try:
                return self._finish_once(account, invoice, covered)
            except Conflict:
                found = self._invoices.find(invoice.workspace_id, invoice.period.key)
                if found is not None and found.revision != invoice.revision:
                    # Somebody else closes it just now: what he makes of it stands.
                    if _is_final(found):
                        return found
                    break
        raise TemporarilyUnavailable("The invoice could not be numbered now; try again")

    def _finish_once(self, account: BillingAccount, invoice: Invoice, covered: Covered) -> Invoice:
        now, workspace_id = self._clock(), invoice.workspace_id
        taken = _from_packs(invoice)
        used = use_packs(account.packs, invoice.period, taken)
        final = replace(
            invoice,
            state=InvoiceState.FINAL,
            number=self._invoices.last_number() + 1,
            finalised=now,
            through=covered.through,
        )
        entry = entry_of(final, covered.unbilled_micros, used.value_micros)
        row = append(self._ledger.head(workspace_id), workspace_id, entry, now)
        billed = replace(account, packs=used.packs) if taken else None
        return self._invoices.finalise(final, billed, row)

    def _save(self, invoice: Invoice) -> Invoice:
        """Write what is new of a draft; a night that changes nothing writes nothing."""
        stands = self._invoices.find(invoice.workspace_id, invoice.period.key)
        if stands is not None and replace(stands, made=invoice.made) == invoice:
            return stands
        return self._invoices.save(invoice)

    def _recent_drifts(self, account: BillingAccount) -> Iterator[str]:
        today = self._clock().date()
        for back in range(RECENT_DAYS, 0, -1):
            day = today - timedelta(days=back)
            if account.since is None or day >= account.since:
                yield from self._drifts(account.workspace_id, day)

    def _drifts(self, workspace_id: str, day: date) -> Sequence[str]:
        """Look again before it is called a drift: something may just be on its way."""
        if not self._reconciliation.drifts(workspace_id, day):
            return []
        self._sleep(SETTLES_SECONDS)
        return self._reconciliation.drifts(workspace_id, day)


def _from_packs(invoice: Invoice) -> int:
    return sum(line.from_packs for line in invoice.lines)


def _is_final(invoice: Invoice) -> bool:
    return invoice.state == InvoiceState.FINAL


def _pause(attempt: int) -> float:
    longest = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2**attempt)
    return random.uniform(0, longest)  # noqa: S311 - jitter
