"""What every store of billing accounts promises."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oriel.adapters.dynamodb.attributes import decode, encode
from oriel.adapters.dynamodb.billing_accounts import DynamoAccountStore, billed_key, taken_key
from oriel.billing_ports import AccountStore
from oriel.domain.billing.accounts import (
    WHOLE,
    BillingAccount,
    Cap,
    Scope,
    ScopeKind,
    SoldPack,
    Taken,
)
from oriel.domain.errors import Conflict

SOLD = datetime(2026, 11, 21, 12, 0, 0, 7, tzinfo=UTC)
TASK = Scope(ScopeKind.TASK, "22222222-2222-4222-8222-222222222222")
PERIOD = "2026-11-01"


def account(workspace_id: str, **fields: Any) -> BillingAccount:
    return BillingAccount(workspace_id, "free", "2026-11", **fields)


def full(workspace_id: str) -> BillingAccount:
    """An account that has all there is to have."""
    return account(
        workspace_id,
        billing_day=31,
        since=date(2024, 2, 29),
        caps=(Cap(WHOLE, credits=10**12, micros=0), Cap(TASK, micros=10**15)),
        packs=(SoldPack("1", "pack-10k", "2026-11", 10_000, 6_500_000, SOLD, used=9),),
        customer="cus_ü",
        promised=4,
    )


def test_there_is_no_account_before_one_is_written(
    accounts: AccountStore, workspace_id: str
) -> None:
    assert accounts.find(workspace_id) is None


def test_an_account_comes_back_as_it_was_written(accounts: AccountStore, workspace_id: str) -> None:
    for wanted in (account(workspace_id), replace(full(workspace_id), revision=1)):
        saved = accounts.save(wanted)
        assert saved == replace(wanted, revision=wanted.revision + 1)
        assert accounts.find(workspace_id) == saved


def test_of_two_changes_of_what_was_read_the_second_is_refused(
    accounts: AccountStore, workspace_id: str
) -> None:
    first = accounts.save(account(workspace_id))
    accounts.save(replace(first, plan_id="a"))
    for late in (account(workspace_id), replace(first, plan_id="b"), replace(first, revision=9)):
        with pytest.raises(Conflict):
            accounts.save(late)
    found = accounts.find(workspace_id)
    assert found is not None
    assert (found.plan_id, found.revision) == ("a", 2)


def test_of_many_changes_at_once_exactly_one_is_made(
    accounts: AccountStore, workspace_id: str
) -> None:
    read = accounts.save(account(workspace_id))

    def change(number: int) -> int:
        try:
            accounts.save(replace(read, customer=str(number)))
        except Conflict:
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(change, range(8))) == 1


def test_workspaces_with_an_account_are_listed_once(
    accounts: AccountStore, workspace_id: str
) -> None:
    accounts.save(accounts.save(account(workspace_id)))
    accounts.save(account(f"{workspace_id}-2"))
    listed = list(accounts.workspaces())
    assert listed.count(workspace_id) == listed.count(f"{workspace_id}-2") == 1


def test_counters_begin_with_the_account_or_not_at_all(
    billing_table: tuple[Any, str], workspace_id: str
) -> None:
    client, name = billing_table
    accounts = DynamoAccountStore(client, name)

    def taken() -> int | None:
        key = encode(taken_key(workspace_id, PERIOD, TASK))
        found = client.get_item(TableName=name, Key=key, ConsistentRead=True)
        return decode(found["Item"])["taken"] if "Item" in found else None

    with pytest.raises(Conflict):
        accounts.save(account(workspace_id, revision=4), [Taken(PERIOD, TASK, 5)])
    assert taken() is None
    saved = accounts.save(account(workspace_id), [Taken(PERIOD, TASK, 0), Taken(PERIOD, WHOLE, 8)])
    assert taken() == 0
    accounts.save(saved, [Taken(PERIOD, TASK, 7)])
    assert taken() == 7


def test_what_others_note_of_a_listed_workspace_stays(
    billing_table: tuple[Any, str], workspace_id: str
) -> None:
    client, name = billing_table
    key = encode(billed_key(workspace_id))
    client.put_item(TableName=name, Item={**key, "since": {"S": "2026-11-02"}})
    DynamoAccountStore(client, name).save(account(workspace_id))
    item = client.get_item(TableName=name, Key=key, ConsistentRead=True)["Item"]
    assert item["since"] == {"S": "2026-11-02"}


AMOUNTS = st.none() | st.integers(0, 10**15)
SCOPES = st.just(WHOLE) | st.builds(
    Scope, st.sampled_from([ScopeKind.TOKEN, ScopeKind.TASK]), st.uuids().map(str)
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    caps=st.lists(st.builds(Cap, SCOPES, AMOUNTS, AMOUNTS), max_size=4),
    day=st.integers(1, 31),
    since=st.none() | st.dates(),
    sold=st.datetimes(timezones=st.just(UTC)),
)
def test_any_account_comes_back(
    accounts: AccountStore, caps: list[Cap], day: int, since: date | None, sold: datetime
) -> None:
    packs = (SoldPack("p", "ten", "v", 10, 7000, sold, 3),)
    stored = accounts.find("any") or account("any")
    wanted = replace(stored, caps=tuple(caps), billing_day=day, since=since, packs=packs)
    assert accounts.find("any") in {None, stored}
    assert accounts.save(wanted) == accounts.find("any")
