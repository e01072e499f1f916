"""The function as it is deployed, on tables, queue and parameter of the emulator."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from oriel.adapters.dynamodb.billing_accounts import DynamoAccountStore
from oriel.adapters.dynamodb.usage import DynamoUsageStore
from oriel.adapters.dynamodb.usage_totals import DynamoTotalsStore
from oriel.adapters.price_lists import FilePriceLists
from oriel.domain.billing.accounts import default_account
from oriel.domain.clock import utc_now
from oriel.domain.usage import StoredReply
from oriel.services.counting import Counting
from oriel.settings import Settings

from functions.export_usage.batch import run
from functions.export_usage.deps import build
from infra.local.emulator import CREDENTIALS, REGION, Emulator
from tests.fakes.facts import facts
from tests.fakes.stripe_server import KEY, METER, stripe_server
from tests.functional.tables import create_table


@pytest.fixture
def settings(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Settings:
    parameter = f"/oriel/{uuid.uuid4()}"
    emulator.client("ssm").put_parameter(Name=parameter, Value=KEY, Type="SecureString")
    queue = emulator.client("sqs").create_queue(QueueName=f"export-{uuid.uuid4()}")
    environment = {
        **CREDENTIALS,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": emulator.endpoint,
        "USAGE_TABLE": create_table(emulator.client("dynamodb"), "usage"),
        "EXPORT_QUEUE_URL": queue["QueueUrl"],
        "STRIPE_KEY_PARAMETER": parameter,
        "STRIPE_METER": METER,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return Settings(environment)


def test_what_was_answered_is_told_once_through_all_that_is_deployed(
    settings: Settings, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = (emulator.client("dynamodb"), settings.usage_table)
    workspace, prices = str(uuid.uuid4()), FilePriceLists()
    accounts = DynamoAccountStore(*table)
    account = default_account(workspace, prices.current(utc_now().date()))
    accounts.save(replace(account, customer="cus_ada", customer_since=utc_now().date()))
    answered = facts(workspace, "req.one", 3, occurred=datetime.now(UTC))
    key = answered[0].request_key
    DynamoUsageStore(*table).commit(workspace, key, answered, StoredReply("", None), utc_now())
    counting = Counting(DynamoTotalsStore(*table), accounts, prices, utc_now)
    assert counting.count(enumerate(answered)) == {}

    with stripe_server(utc_now, "cus_ada") as stripe:
        monkeypatch.setattr("stripe._stripe_client.DEFAULT_API_BASE", stripe.address)
        exporter = build(settings)
        for _ in range(2):
            assert run({}, exporter) == {"batchItemFailures": []}
            found: Any = emulator.client("sqs").receive_message(
                QueueUrl=settings.export_queue_url, WaitTimeSeconds=10
            )
            [message] = found["Messages"]
            record = {"messageId": message["MessageId"], "body": message["Body"]}
            assert run({"Records": [record]}, exporter) == {"batchItemFailures": []}
        assert (stripe.units("cus_ada"), stripe.calls) == (3, 1)
