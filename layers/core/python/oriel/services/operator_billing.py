"""What the operator of a deployment decides: plans, packs, credits, customers of payment systems.

Whatever moves money is a row of the ledger that says who and why. Each decision has an id, and is
recorded once however often it is said: whoever is interrupted says it again under the same id.
"""

from dataclasses import replace
from datetime import date

from oriel.billing_ports import LedgerStore
from oriel.domain.billing.accounts import BillingAccount, SoldPack
from oriel.domain.billing.ledger import Book, Entry, LedgerRow, Posting, RowKind, append
from oriel.domain.billing.periods import day_of, period_of
from oriel.domain.clock import Clock
from oriel.domain.errors import Conflict, InvalidInput, NotFound, TemporarilyUnavailable
from oriel.services.billing_accounts import BillingAccounts
from oriel.values import dataclass

ATTEMPTS = 20
"""To append: the meter appends to the same ledger at the same time."""
LONGEST_WHY = 500


@dataclass(frozen=True, slots=True)
class Decision:
    """Its id, who made it, and why."""

    id: str
    who: str
    why: str


@dataclass(frozen=True, slots=True)
class OperatorBilling:
    """Changes accounts and ledgers."""

    accounts: BillingAccounts
    ledger: LedgerStore
    clock: Clock

    def set_plan(
        self,
        workspace_id: str,
        plan_id: str,
        price_version: str = "",
        billing_day: int | None = None,
    ) -> BillingAccount:
        """Give a workspace a plan of a price list, today's where none is named.

        Raises NotFound where there is no such list or plan, InvalidInput for what is no day.
        """
        today = day_of(self.clock())
        lists = self.accounts.prices
        prices = lists.version(price_version) if price_version else lists.current(today)
        prices.plan(plan_id)

        def change(account: BillingAccount) -> BillingAccount:
            day = account.billing_day if billing_day is None else billing_day
            period_of(today, day)
            return replace(account, plan_id=plan_id, price_version=prices.version, billing_day=day)

        return self.accounts.change(workspace_id, change)

    def sell_pack(self, workspace_id: str, pack_id: str, decision: Decision) -> SoldPack:
        """Sell a pack of today's price list; raises NotFound where there is no such pack."""
        now = self.clock()
        prices = self.accounts.prices.current(day_of(now))
        pack = prices.pack(pack_id)
        sold = SoldPack(decision.id, pack.id, prices.version, pack.credits, pack.price_micros, now)

        def change(account: BillingAccount) -> BillingAccount:
            return replace(account, packs=(*account.packs, sold))

        sold = self._pack(workspace_id, decision.id) or sold
        if sold.pack_id != pack_id:
            raise Conflict(f"{decision.id} is a {sold.pack_id} that was sold before")
        # The row first: a pack that can be used was paid for, or is owed.
        amounts = _from_to(Book.PACKS, Book.RECEIVABLE, sold.price_micros)
        self._record(workspace_id, RowKind.PACK, amounts, decision, sold.price_version)
        if self._pack(workspace_id, decision.id) is None:
            self.accounts.change(workspace_id, change)
        return sold

    def give_credit(
        self, workspace_id: str, micros: int, decision: Decision, corrects: str = ""
    ) -> LedgerRow:
        """Take an amount off what a workspace owes, or add it where it is below zero.

        `corrects` names the row of the ledger that it puts right. Raises InvalidInput, and NotFound
        where there is no such row.
        """
        if not micros:
            raise InvalidInput("a credit has an amount")
        if not decision.why.strip() or len(decision.why) > LONGEST_WHY:
            raise InvalidInput(f"say why, in {LONGEST_WHY} characters at most")
        if corrects and all(row.id != corrects for row in self.ledger.rows(workspace_id)):
            raise NotFound(f"The ledger has no row {corrects}")
        kind = RowKind.CORRECTION if corrects else RowKind.CREDIT
        amounts = _from_to(Book.RECEIVABLE, Book.CREDITS, micros)
        return self._record(workspace_id, kind, amounts, decision, corrects=corrects)

    def set_customer(self, workspace_id: str, customer: str, since: date) -> BillingAccount:
        """Let a payment system be told of a workspace's usage from a day on; nobody where empty."""
        told = since if customer else None
        return self.accounts.change(
            workspace_id,
            lambda account: replace(account, customer=customer, customer_since=told),
        )

    def _pack(self, workspace_id: str, sold_id: str) -> SoldPack | None:
        packs = self.accounts.of(workspace_id).packs
        return next((pack for pack in packs if pack.id == sold_id), None)

    def _record(  # noqa: PLR0913, PLR0917 - each is one thing that a row says
        self,
        workspace_id: str,
        kind: RowKind,
        postings: tuple[Posting, ...],
        decision: Decision,
        price_version: str = "",
        corrects: str = "",
    ) -> LedgerRow:
        entry = Entry(
            kind,
            postings,
            references=(decision.id,),
            price_version=price_version,
            corrects=corrects,
            who=decision.who,
            why=decision.why,
        )
        for _ in range(ATTEMPTS):
            # The head before the rows: what is written in between makes this attempt fail.
            head = self.ledger.head(workspace_id)
            known = self._known(workspace_id, decision.id)
            if known is not None:
                if (known.entry.kind, known.entry.postings) != (kind, postings):
                    raise Conflict(f"{decision.id} is row {known.id}, which is something else")
                return known
            row = append(head, workspace_id, entry, self.clock())
            try:
                self.ledger.append(row)
            except Conflict:
                continue
            return row
        raise TemporarilyUnavailable("The ledger is busy; say it again under the same id")

    def _known(self, workspace_id: str, decision_id: str) -> LedgerRow | None:
        return next(
            (
                row
                for row in self.ledger.rows(workspace_id)
                if row.entry.who and decision_id in row.entry.references
            ),
            None,
        )


def _from_to(source: Book, target: Book, micros: int) -> tuple[Posting, ...]:
    return (Posting(source, -micros), Posting(target, micros))
