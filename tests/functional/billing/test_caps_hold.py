"""What an owner chooses is what inference is held to, from the first unit that was used."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import pytest
from oriel.adapters.dynamodb.billing_accounts import DynamoAccountStore
from oriel.adapters.dynamodb.holds import DynamoHoldStore
from oriel.adapters.dynamodb.usage import DynamoUsageStore
from oriel.adapters.dynamodb.usage_totals import DynamoTotalsStore
from oriel.domain.billing.accounts import WHOLE, Cap, Scope, ScopeKind
from oriel.domain.errors import CreditsExhausted
from oriel.domain.ids import new_id
from oriel.domain.usage import RequestKey, StoredReply
from oriel.services.billing_accounts import BillingAccounts
from oriel.services.metering import Submission
from oriel.services.quotes import Asked, Quotes
from oriel.services.reservations import Reservations
from oriel.services.terms import KnownTerms

from tests.fakes.billing import SMALL, MemoryPriceLists
from tests.fakes.facts import NOON, TASK, facts
from tests.fakes.reserving import AtOnce
from tests.fakes.totals import RATE

TASK_SCOPE = Scope(ScopeKind.TASK, TASK)


@dataclass
class Deployment:
    """All of it on one table, as the functions have it."""

    client: Any
    table: str
    workspace_id: str

    def __post_init__(self) -> None:
        where = (self.client, self.table)
        self.usage, self.totals = DynamoUsageStore(*where), DynamoTotalsStore(*where)
        self.store, self.holds = DynamoAccountStore(*where), DynamoHoldStore(*where)
        self.accounts = BillingAccounts(self.store, MemoryPriceLists(), self.totals, lambda: NOON)

    def use(self, units: int) -> None:
        key = RequestKey("req.before")
        made = facts(self.workspace_id, key, units)
        self.usage.commit(self.workspace_id, key, made, StoredReply("", None), NOON)
        assert self.totals.count(made, RATE, NOON) == units

    def let_through(self, requests: int) -> int:
        """Ask for one unit each, four at a time; return how many may have it."""
        terms = KnownTerms(self.store, MemoryPriceLists(), lambda: NOON)
        reservations = Reservations(terms, self.holds, self.usage, lambda: NOON, AtOnce())

        def ask(_: int) -> bool:
            key = RequestKey(f"req.{new_id()}")
            asked = Submission(self.workspace_id, key, "", repeatable=False)
            work = reservations.begin(asked, [TASK], 1).work
            assert work is not None
            try:
                work()
            except CreditsExhausted:
                return False
            return True

        with ThreadPoolExecutor(4) as pool:
            return sum(pool.map(ask, range(requests)))


@pytest.fixture
def deployment(billing_table: tuple[Any, str], workspace_id: str) -> Deployment:
    return Deployment(*billing_table, workspace_id)


@pytest.mark.parametrize("scope", [WHOLE, TASK_SCOPE], ids=lambda scope: scope.kind)
def test_a_cap_that_is_new_lets_through_what_the_period_has_left(
    deployment: Deployment, scope: Scope
) -> None:
    deployment.use(7)
    deployment.accounts.set_caps(deployment.workspace_id, [Cap(scope, credits=10)])
    quotes = Quotes(deployment.accounts)
    assert quotes.quote(deployment.workspace_id, Asked(10, (TASK,))).room == 3
    assert deployment.let_through(10) == 3


def test_a_plan_that_stops_lets_through_what_its_month_has_left(deployment: Deployment) -> None:
    deployment.use(96)
    deployment.accounts.change(
        deployment.workspace_id, lambda account: replace(account, plan_id=SMALL.id)
    )
    assert deployment.let_through(10) == 4


def test_a_cap_that_is_raised_lets_through_what_it_was_raised_by(deployment: Deployment) -> None:
    for most, expected in ((2, 2), (5, 3), (1, 0)):
        deployment.accounts.set_caps(deployment.workspace_id, [Cap(WHOLE, credits=most)])
        assert deployment.let_through(8) == expected
