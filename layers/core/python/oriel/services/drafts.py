"""What a period's invoice says as things stand: from totals, plan, packs, ledger, earlier ones."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from oriel.billing_ports import AccountStore, LedgerStore, PriceLists
from oriel.domain.billing.accounts import BillingAccount, default_account
from oriel.domain.billing.closing import Covered, covered_by
from oriel.domain.billing.invoices import Invoice, billed_of, by_task
from oriel.domain.billing.invoicing import Basis, PeriodUse, lines_of
from oriel.domain.billing.periods import Period
from oriel.domain.billing.prices import Plan
from oriel.domain.clock import Clock
from oriel.domain.errors import Conflict
from oriel.domain.usage import UsageTotal
from oriel.invoice_ports import InvoiceStore
from oriel.usage_ports import TotalsStore
from oriel.values import dataclass

LATE_PERIODS = 3
"""How many earlier periods are looked at whether or not the ledger says that facts came late."""
_EARLIEST = date(2000, 1, 1)
_AHEAD = timedelta(days=1)
"""A clock that is ahead may put a fact into a period that had not begun when it was recorded."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """An invoice as things stand, what the ledger has for it, and the days that it rests on."""

    invoice: Invoice
    covered: Covered
    days: Sequence[date]


class Drafts:
    """Drafts the invoices of one workspace at a time."""

    def __init__(  # noqa: PLR0913, PLR0917 - each is one source of an invoice
        self,
        accounts: AccountStore,
        prices: PriceLists,
        invoices: InvoiceStore,
        ledger: LedgerStore,
        totals: TotalsStore,
        clock: Clock,
    ) -> None:
        self._accounts = accounts
        self._prices = prices
        self._invoices = invoices
        self._ledger = ledger
        self._totals = totals
        self._clock = clock

    def account_of(self, workspace_id: str) -> BillingAccount | None:
        """Return how a workspace is billed; None where it has no account and never used anything.

        Who used something without an account gets one here: the default plan of the day on which
        that began, which a later price list does not change.
        """
        account = self._accounts.find(workspace_id)
        if account is not None and account.since is not None:
            return account
        first = self._first_usage(workspace_id)
        if account is None:
            if first is None:
                return None
            account = default_account(workspace_id, self._prices.current(first))
        since = self._clock().date() if first is None else first
        try:
            return self._accounts.save(replace(account, since=since))
        except Conflict:
            return self._accounts.find(workspace_id)

    def first_period(self, account: BillingAccount, final: Sequence[Invoice]) -> Period:
        """Return the earliest period without a final invoice."""
        if final:
            return self.period_from(account, final[-1].period.after)
        since = account.since or self._clock().date()
        stands = self._invoices.all(account.workspace_id)
        if stands:
            return stands[0].period
        begun = account.period_of(since)
        used = self._first_usage(account.workspace_id) or begun.first
        return replace(begun, first=min(begun.first, used))

    def period_from(self, account: BillingAccount, first: date) -> Period:
        """Return the period that begins on a day; where there is a draft of it, the draft's."""
        stands = self._invoices.find(account.workspace_id, first.isoformat())
        if stands is not None:
            return stands.period
        return Period(first, account.period_of(first).after)

    def unmade(self, account: BillingAccount, period: Period) -> Invoice:
        """Return a period's invoice as it stands, or an empty one."""
        stands = self._invoices.find(account.workspace_id, period.key)
        if stands is not None:
            return stands
        return Invoice(
            account.workspace_id,
            period,
            account.plan_id,
            account.price_version,
            self._prices.version(account.price_version).currency,
            self._clock(),
        )

    def draft(self, account: BillingAccount, period: Period, final: Sequence[Invoice]) -> Drafted:
        """Return a period's invoice as things stand; raises UsageFell.

        Its plan is that of the account when it was first drafted.
        """
        stands, workspace_id = self.unmade(account, period), account.workspace_id
        covered = self._covered(workspace_id, period, final)
        totals = self._totals_of(workspace_id, period, is_first=not final)
        earlier = tuple(self._earlier(workspace_id, final, covered))
        basis = Basis(
            period,
            self._plan(stands),
            sum(total.units for total in totals),
            account.packs,
            earlier,
            covered.credits,
        )
        invoice = replace(
            stands,
            lines=lines_of(basis),
            tasks=tuple(by_task((total.task_id, total.units) for total in totals)),
            made=self._clock(),
        )
        late = (use.period for use in earlier if use.units != use.billed.units)
        days = [day for one in (*late, period) for day in _days(one)]
        return Drafted(invoice, covered, days)

    def _covered(self, workspace_id: str, period: Period, final: Sequence[Invoice]) -> Covered:
        before = final[-1].through if final else None
        first = None
        if final:
            first = period.first - _AHEAD
            first = first if before is None else min(first, before.day)
        return covered_by(self._ledger.rows(workspace_id, first), period, before)

    def _earlier(
        self, workspace_id: str, final: Sequence[Invoice], covered: Covered
    ) -> Iterator[PeriodUse]:
        recent = {invoice.period for invoice in final[-LATE_PERIODS:]}
        for invoice in final:
            period, is_first = invoice.period, invoice is final[0]
            first = date.min if is_first else period.first
            if period in recent or any(first <= day < period.after for day in covered.late):
                totals = self._totals_of(workspace_id, period, is_first=is_first)
                units = sum(total.units for total in totals)
                yield PeriodUse(period, self._plan(invoice), billed_of(final, period), units)

    def _totals_of(
        self, workspace_id: str, period: Period, *, is_first: bool
    ) -> Sequence[UsageTotal]:
        """Return a period's totals; what was before all periods belongs to the first."""
        first = _EARLIEST.isoformat() if is_first else period.key
        return self._totals.totals(workspace_id, first, period.last.isoformat())

    def _plan(self, invoice: Invoice) -> Plan:
        return self._prices.version(invoice.price_version).plan(invoice.plan_id)

    def _first_usage(self, workspace_id: str) -> date | None:
        today = self._clock().date() + _AHEAD
        found = self._totals.totals(workspace_id, _EARLIEST.isoformat(), today.isoformat())
        return min((date.fromisoformat(total.day) for total in found), default=None)


def _days(period: Period) -> Iterator[date]:
    for count in range(period.days):
        yield period.first + timedelta(days=count)
