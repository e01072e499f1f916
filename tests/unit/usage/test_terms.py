"""What inference believes of an account, and for how long."""

import pytest
from oriel.domain.billing.accounts import WHOLE, BillingAccount, Scope, ScopeKind
from oriel.domain.errors import TemporarilyUnavailable
from oriel.services.terms import BELIEVED_SECONDS, KNOWN_SECONDS, KnownTerms

from tests.fakes.billing import MemoryAccountStore, MemoryPriceLists
from tests.fakes.facts import NOON
from tests.fakes.reserving import capped


class Accounts(MemoryAccountStore):
    """Accounts whose table can be away; counts the reads."""

    def __init__(self) -> None:
        super().__init__()
        self.is_down, self.reads = False, 0

    def find(self, workspace_id: str) -> BillingAccount | None:
        self.reads += 1
        if self.is_down:
            raise TemporarilyUnavailable("down")
        return super().find(workspace_id)


class Watch:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def accounts() -> Accounts:
    return Accounts()


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def terms(accounts: Accounts, watch: Watch) -> KnownTerms:
    return KnownTerms(accounts, MemoryPriceLists(), lambda: NOON, watch)


def test_an_account_is_read_once_a_second(
    terms: KnownTerms, accounts: Accounts, watch: Watch
) -> None:
    accounts.save(capped("ws", 7))
    assert terms.known("ws") is None
    for _ in range(3):
        assert terms.find("ws").limiting([WHOLE])[WHOLE].most == 7
    assert terms.known("ws") is not None
    assert accounts.reads == 1
    watch.seconds += KNOWN_SECONDS
    assert terms.known("ws") is None
    terms.find("ws")
    assert accounts.reads == 2


def test_who_has_no_account_has_the_default_plan_of_the_day(terms: KnownTerms) -> None:
    found = terms.find("ws")
    assert (found.account.plan_id, found.account.price_version) == ("open", "2026-01")
    assert found.limiting([WHOLE, Scope(ScopeKind.TASK, "one")]) == {}


def test_limits_of_other_scopes_are_none(terms: KnownTerms, accounts: Accounts) -> None:
    accounts.save(capped("ws", 7))
    assert terms.find("ws").limiting([Scope(ScopeKind.TOKEN, "one")]) == {}


def test_what_cannot_be_read_again_is_believed_for_a_while(
    terms: KnownTerms, accounts: Accounts, watch: Watch
) -> None:
    accounts.save(capped("ws", 7))
    terms.find("ws")
    accounts.is_down = True
    watch.seconds += BELIEVED_SECONDS
    assert terms.find("ws").limiting([WHOLE])[WHOLE].most == 7
    watch.seconds += KNOWN_SECONDS
    with pytest.raises(TemporarilyUnavailable):
        terms.find("ws")


def test_who_was_never_read_is_not_guessed(terms: KnownTerms, accounts: Accounts) -> None:
    accounts.is_down = True
    with pytest.raises(TemporarilyUnavailable):
        terms.find("ws")
