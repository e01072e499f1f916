"""Accounts while the usage table fails."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from oriel.adapters.dynamodb.attributes import encode
from oriel.adapters.dynamodb.billing_accounts import BILLED, DynamoAccountStore
from oriel.domain.billing.accounts import WHOLE, BillingAccount, Taken
from oriel.domain.errors import Conflict, TemporarilyUnavailable

from tests.functional.usage.faulty_client import FaultyClient

THROTTLED = ClientError({"Error": {"Code": "ThrottlingException"}}, "TransactWriteItems")
UNREACHABLE = EndpointConnectionError(endpoint_url="https://dynamodb")


@pytest.fixture
def faulty(billing_table: tuple[Any, str]) -> FaultyClient:
    return FaultyClient(billing_table[0])


@pytest.fixture
def store(faulty: FaultyClient, billing_table: tuple[Any, str]) -> DynamoAccountStore:
    return DynamoAccountStore(faulty, billing_table[1])  # type: ignore[arg-type]


def account(workspace_id: str) -> BillingAccount:
    return BillingAccount(workspace_id, "free", "2026-11")


def test_a_throttled_write_is_made_once(
    store: DynamoAccountStore, faulty: FaultyClient, workspace_id: str
) -> None:
    faulty.before = [THROTTLED, None]
    saved = store.save(account(workspace_id))
    assert (saved.revision, store.find(workspace_id)) == (1, saved)
    assert len(set(faulty.tokens)) == 1


def test_a_write_that_took_effect_unnoticed_is_refused_the_second_time(
    store: DynamoAccountStore, faulty: FaultyClient, workspace_id: str
) -> None:
    faulty.after = [UNREACHABLE]
    with pytest.raises(TemporarilyUnavailable):
        store.save(account(workspace_id), [Taken("2026-11-01", WHOLE, 5)])
    with pytest.raises(Conflict):
        store.save(account(workspace_id))
    stored = store.find(workspace_id)
    assert stored is not None
    assert store.save(replace(stored, plan_id="open")).revision == 2


def test_a_table_that_does_not_answer_is_no_account_that_is_not_there(
    billing_table: tuple[Any, str], workspace_id: str
) -> None:
    class Silent:
        def get_item(self, **_: Any) -> Any:
            raise UNREACHABLE

    class Throttled:
        def get_item(self, **_: Any) -> Any:
            raise THROTTLED

    broken: list[Any] = [Silent(), Throttled()]
    for client in broken:
        with pytest.raises(TemporarilyUnavailable):
            DynamoAccountStore(client, billing_table[1]).find(workspace_id)


def test_a_list_that_breaks_off_is_not_taken_for_all_of_it(billing_table: tuple[Any, str]) -> None:
    class Breaking:
        def get_paginator(self, _: str) -> "Breaking":
            return self

        def paginate(self, **_: Any) -> Iterator[dict[str, Any]]:
            yield {"Items": [encode({"pk": BILLED, "sk": "WS#first"})]}
            raise THROTTLED

    client: Any = Breaking()
    listed = DynamoAccountStore(client, billing_table[1]).workspaces()
    assert next(listed) == "first"
    with pytest.raises(TemporarilyUnavailable):
        next(listed)
