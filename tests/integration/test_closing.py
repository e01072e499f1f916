"""A period of the deployed stacks is closed, and what can be downloaded gives the invoice again."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from oriel.adapters.dynamodb.billing_accounts import DynamoAccountStore
from oriel.adapters.dynamodb.usage import DynamoUsageStore
from oriel.adapters.price_lists import FOLDER
from oriel.domain.billing.accounts import BillingAccount
from oriel.domain.billing.periods import Period, period_of
from oriel.domain.usage import RequestKey, StoredReply, UsageFact

from infra.local.stack import Stack
from tests.integration.probes import eventually
from tests.integration.public_api import Member, new_member

TASK = "22222222-2222-4222-8222-222222222222"
UNITS = 7
ROOT = Path(__file__).parents[2]


def test_a_night_closes_what_ended_and_the_customer_can_work_it_out_again(
    deployed: Stack, tmp_path: Path
) -> None:
    member, period = new_member(deployed), _before_last(datetime.now(UTC).date())
    _use(deployed, member, period)
    total = f"account/v2/usage?from={period.first}&to={period.last}"
    eventually(lambda: member.get(total)["units"] == UNITS)
    _let_the_night_come(deployed)
    address = f"account/v2/invoice/{period.key}"
    invoice = eventually(lambda: _final(member, address))

    assert (invoice["units"], invoice["total_micros"]) == (UNITS, UNITS * 590)
    facts = f"account/v2/usage/facts?from={period.first}&to={period.last}"
    files = {"facts.csv": facts, "invoice.csv": f"{address}.csv"}
    for name, path in files.items():
        (tmp_path / name).write_text(member.send("GET", path).text, newline="")
    names = [
        ROOT / "docs/check_invoice.py",
        FOLDER / "2026-11.json",
        *map(tmp_path.joinpath, files),
    ]
    done = subprocess.run([sys.executable, *map(str, names)], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    page = member.send("GET", f"{address}.html")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert f"Invoice {invoice['number']}" in page.text


def _before_last(today: date) -> Period:
    """The period before the last one: its grace is over whatever day it is."""
    last = period_of(period_of(today, 1).first - timedelta(days=1), 1)
    return period_of(last.first - timedelta(days=1), 1)


def _use(deployed: Stack, member: Member, period: Period) -> None:
    table = deployed.client("dynamodb"), deployed.output("OrielBilling", "UsageTableName")
    plan = ("pay-as-you-go", "2026-11")
    DynamoAccountStore(*table).save(BillingAccount(member.workspace, *plan, since=period.first))
    key = RequestKey("key.closing")
    at = datetime(period.last.year, period.last.month, period.last.day, 23, 59, 59, tzinfo=UTC)
    facts = [UsageFact(member.workspace, key, place, TASK, 1, 1, at) for place in range(UNITS)]
    DynamoUsageStore(*table).commit(member.workspace, key, facts, StoredReply("", None), at)


def _let_the_night_come(deployed: Stack) -> None:
    functions = deployed.client("lambda")
    pages = functions.get_paginator("list_functions").paginate()
    [name] = [
        one["FunctionName"]
        for page in pages
        for one in page["Functions"]
        if one["Handler"] == "functions.close_periods.handler.handler"
    ]
    answer = functions.invoke(FunctionName=name, Payload="{}")
    assert "FunctionError" not in answer, answer["Payload"].read()


def _final(member: Member, address: str) -> Any:
    reply = member.send("GET", address)
    return reply.json() if reply.ok and reply.json()["state"] == "final" else None
