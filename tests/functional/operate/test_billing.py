"""`poe billing` as it is typed, on a deployment's stacks and table of the emulator."""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from oriel.adapters.dynamodb.account_items import workspace_to_item
from oriel.adapters.dynamodb.attributes import encode
from oriel.adapters.dynamodb.billing_accounts import DynamoAccountStore
from oriel.adapters.dynamodb.export_cursors import DynamoExportCursors
from oriel.adapters.dynamodb.keys import workspace_key
from oriel.adapters.dynamodb.ledger import DynamoLedgerStore
from oriel.adapters.dynamodb.usage import DynamoUsageStore
from oriel.domain.billing.exports import ExportCursor
from oriel.domain.ids import new_id
from oriel.domain.usage import StoredReply
from oriel.domain.workspace import Workspace

from infra.local.emulator import ACCOUNT, CREDENTIALS, REGION, Emulator
from operate.billing.__main__ import main
from tests.fakes.facts import facts

KEY = {"pk": "HASH", "sk": "RANGE"}


def keys(prefix: str = "") -> list[dict[str, str]]:
    return [{"AttributeName": f"{prefix}{n}", "KeyType": kind} for n, kind in KEY.items()]


TABLE = {
    "Type": "AWS::DynamoDB::Table",
    "Properties": {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": key["AttributeName"], "AttributeType": "S"}
            for key in (*keys(), *keys("facts"))
        ],
        "KeySchema": keys(),
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "facts",
                "KeySchema": keys("facts"),
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    },
}
BUCKETS = ("Images", "Models", "Datasets")


@dataclass
class Operator:
    """Types commands; `out` and `err` are what was printed by the last one."""

    stage: str
    table: str
    buckets: dict[str, str]
    client: Callable[[str], Any]
    _read: Callable[[], Any]
    out: str = ""
    err: str = ""

    def types(self, *words: str) -> int:
        try:
            return main(["--stage", self.stage, *words])
        except SystemExit as ended:
            if isinstance(ended.code, str):
                self.err = ended.code
                return 1
            return int(ended.code or 0)
        finally:
            printed = self._read()
            self.out, self.err = printed.out, self.err or printed.err

    @property
    def accounts(self) -> DynamoAccountStore:
        return DynamoAccountStore(self.client("dynamodb"), self.table)


def stack(cloudformation: Any, name: str, resources: Any, outputs: dict[str, str]) -> Any:
    template = {
        "Resources": resources,
        "Outputs": {output: {"Value": {"Ref": of}} for output, of in outputs.items()},
    }
    cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(template))
    cloudformation.get_waiter("stack_create_complete").wait(StackName=name)
    [made] = cloudformation.describe_stacks(StackName=name)["Stacks"]
    return {one["OutputKey"]: one["OutputValue"] for one in made["Outputs"]}


@pytest.fixture(scope="module")
def deployment(emulator: Emulator) -> tuple[str, dict[str, str]]:
    stage, cloudformation = f"dev-{uuid.uuid4().hex[:8]}", emulator.client("cloudformation")
    billing = {"UsageTableName": "Usage"}
    made = stack(cloudformation, f"OrielBilling-{stage}", {"Usage": TABLE}, billing)
    data = {"Core": TABLE} | {name: {"Type": "AWS::S3::Bucket"} for name in BUCKETS}
    outputs = {"CoreTableName": "Core"} | {f"{name}BucketName": name for name in BUCKETS}
    return stage, made | stack(cloudformation, f"OrielData-{stage}", data, outputs)


@pytest.fixture
def operator(
    deployment: tuple[str, dict[str, str]],
    emulator: Emulator,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Operator:
    here = {**CREDENTIALS, "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION}
    for name, value in (here | {"NO_PROXY": "127.0.0.1"}).items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.setenv(name, emulator.endpoint)
    stage, outputs = deployment
    buckets = {name: outputs[f"{name}BucketName"] for name in BUCKETS}
    return Operator(stage, outputs["UsageTableName"], buckets, emulator.client, capsys.readouterr)


@pytest.fixture
def workspace(deployment: tuple[str, dict[str, str]], emulator: Emulator) -> str:
    made = Workspace(new_id(), "Main", datetime.now(UTC), new_id())
    item = {**workspace_key(made.id), **workspace_to_item(made, tokens_count=0)}
    table = deployment[1]["CoreTableName"]
    emulator.client("dynamodb").put_item(TableName=table, Item=encode(item))
    return made.id


def test_a_plan_is_given_and_shown(operator: Operator, workspace: str) -> None:
    assert operator.types("set-plan", workspace, "business-100k", "--billing-day", "15") == 0
    account = operator.accounts.find(workspace)
    assert account is not None
    assert (account.plan_id, account.billing_day) == ("business-100k", 15)
    assert operator.types("accounts") == 0
    assert f"{workspace}  business-100k (2026-11)" in operator.out


def test_packs_and_credits_are_rows_that_say_who(operator: Operator, workspace: str) -> None:
    assert operator.types("sell-pack", workspace, "pack-10k", "--id", "sale") == 0
    assert "sold 10000 credits for 6.50 EUR" in operator.out
    assert operator.types("sell-pack", workspace, "pack-10k", "--id", "sale") == 0
    assert operator.types("credit", workspace, "12.50", "--why", "an hour of errors") == 0
    assert operator.types("credit", workspace, "-0.50", "--why", "half a euro too much") == 0
    ledger = DynamoLedgerStore(operator.client("dynamodb"), operator.table)
    rows = list(ledger.rows(workspace))
    assert [row.entry.postings[1].micros for row in rows] == [6_500_000, 12_500_000, -500_000]
    assert {ACCOUNT in row.entry.who for row in rows} == {True}
    assert operator.types("verify", workspace) == 0
    assert f"{workspace}  stands" in operator.out


def test_a_row_that_was_changed_is_named(operator: Operator, workspace: str) -> None:
    for number in range(3):
        assert operator.types("credit", workspace, "1", "--why", f"credit {number}") == 0
    today = datetime.now(UTC).date().isoformat()
    client = operator.client("dynamodb")
    found = client.query(
        TableName=operator.table,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"WS#{workspace}#LEDGER"}},
    )["Items"]
    changed = next(item for item in found if item["sk"]["S"].endswith("000002"))
    changed["why"] = {"S": "credit 9"}
    client.put_item(TableName=operator.table, Item=changed)
    assert operator.types("verify", workspace) == 1
    assert f"row {today}/000002: its content is not what was written" in operator.out


def test_a_fact_that_was_never_counted_is_found_and_counted(
    operator: Operator, workspace: str
) -> None:
    answer(operator, workspace, "req.one", datetime.now(UTC))
    assert operator.types("reconcile", workspace) == 1
    assert "not in the ledger: req.one/0/0" in operator.out
    assert operator.types("rebuild", workspace) == 0
    assert "1 facts counted, 0 totals corrected" in operator.out
    assert operator.types("reconcile", workspace) == 0
    assert "facts, ledger and totals agree" in operator.out
    assert operator.types("verify", workspace) == 0
    assert operator.types("accounts") == 0
    assert workspace in operator.out


def answer(operator: Operator, workspace: str, key: str, occurred: datetime) -> None:
    usage = DynamoUsageStore(operator.client("dynamodb"), operator.table)
    [fact] = facts(workspace, key, occurred=occurred)
    usage.commit(workspace, fact.request_key, [fact], StoredReply("", None), fact.occurred)


def test_periods_are_closed_and_their_invoices_listed(operator: Operator, workspace: str) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=70)
    answer(operator, workspace, "req.one", long_ago)
    days = ("--from", long_ago.date().isoformat(), "--to", long_ago.date().isoformat())
    assert operator.types("rebuild", workspace, *days) == 0
    assert operator.types("close", workspace) == 0
    first = operator.out.splitlines()
    assert any("final" in line and "1 credits, 0.00059 EUR" in line for line in first)
    assert operator.types("invoices", workspace) == 0
    # A period that follows is still a draft, or empty; a final one is there once.
    assert operator.types("close", workspace) == 0
    assert operator.types("invoices", workspace) == 0
    assert sum("1 credits, 0.00059 EUR" in line for line in operator.out.splitlines()) == 1


def test_what_does_not_agree_is_held_and_said(
    operator: Operator, workspace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=70)
    day = long_ago.date().isoformat()
    answer(operator, workspace, "req.one", long_ago)
    assert operator.types("rebuild", workspace, "--from", day, "--to", day) == 0
    answer(operator, workspace, "req.two", long_ago)
    # The seconds in which what is on its way would have arrived.
    monkeypatch.setattr("oriel.services.closing.SETTLES_SECONDS", 0.0)
    assert operator.types("close", workspace) == 1
    assert "held because" in operator.out
    assert "not in the ledger: req.two/0/0" in operator.out


def test_a_customer_and_an_undecided_piece(operator: Operator, workspace: str) -> None:
    assert operator.types("customer", workspace, "cus_ada", "--from", "2026-11-01") == 0
    assert "told of cus_ada from 2026-11-01" in operator.out
    now = datetime.now(UTC)
    cursors = DynamoExportCursors(operator.client("dynamodb"), operator.table)
    cursors.save(ExportCursor(workspace, now.date()).begin(7, now - timedelta(days=1)))
    assert operator.types("settle-export", workspace, now.date().isoformat(), "--taken") == 0
    assert "7 units" in operator.out
    assert operator.types("settle-export", workspace, now.date().isoformat(), "--taken") == 2
    assert "Nothing is under way" in operator.err
    assert operator.types("customer", workspace, "none") == 0
    assert "is told of nobody" in operator.out


def test_margins_of_a_workspace_and_of_every_plan(operator: Operator, workspace: str) -> None:
    assert operator.types("set-plan", workspace, "business-100k") == 0
    s3 = operator.client("s3")
    s3.put_object(Bucket=operator.buckets["Images"], Key=f"ws/{workspace}/one", Body=b"1" * 10)
    s3.put_object(Bucket=operator.buckets["Images"], Key="ws/other/one", Body=b"1" * 1000)
    assert operator.types("margin", workspace, "--rate", "2", "--storage") == 0
    [line] = [one for one in operator.out.splitlines() if one.startswith(workspace)]
    # 59 EUR a month at 2 dollars, nothing used, ten bytes.
    assert line.split()[1:] == ["0", "118.0000", "0.0000", "0.0000", "118.0000", "100.0%"]
    plans = ("pay-as-you-go", "free", "business-100k", "professional-1m")
    assert all(f"\n{plan} " in operator.out for plan in plans)


def test_dollars_and_another_currency_are_not_confused(operator: Operator) -> None:
    assert operator.types("margin") == 1
    assert "say --rate, the dollars for 1 EUR" in operator.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("set-plan", "WS", "golden"), "no plan golden"),
        (("set-plan", "WS", "free", "--prices", "1999"), "no price list 1999"),
        (("set-plan", "WS", "free", "--billing-day", "32"), "from 1 to 31"),
        (("sell-pack", "WS", "gold"), "no pack gold"),
        (("credit", "WS", "0", "--why", "x"), "no amount such as"),
        (("credit", "WS", "1.0000001", "--why", "x"), "no amount such as"),
        (("credit", "WS", "1"), "--why"),
        (("credit", "WS", "1", "--why", "x", "--corrects", "none"), "no row none"),
        (("customer", "WS", "sk_live_key"), "cus_..."),
        (("settle-export", "WS", "2026-11-21"), "--taken"),
        (("settle-export", "WS", "yesterday", "--taken"), "no day such as"),
        (("reconcile", "--from", "2026-11-21", "--to", "2026-11-20"), "not be later"),
        (("margin", "--rate", "0"), "no number above zero"),
        (("margin", "--rate", "1", "--records-per-request", "11"), "1 to 10"),
        ((), "command"),
    ],
)
def test_what_cannot_be_done_is_said(
    operator: Operator, workspace: str, words: tuple[str, ...], said: str
) -> None:
    assert operator.types(*(workspace if word == "WS" else word for word in words)) == 2
    assert said in operator.err
    assert "sk_live" not in operator.out + operator.err


@pytest.mark.parametrize("words", [("set-plan", "typo", "free"), ("verify", "typo")])
def test_nothing_is_done_for_a_workspace_that_there_is_not(
    operator: Operator, words: tuple[str, ...]
) -> None:
    assert operator.types(*words) == 2
    assert "no workspace with this id" in operator.err
    assert operator.accounts.find("typo") is None


def test_a_deployment_that_there_is_not_is_said(operator: Operator) -> None:
    operator.stage = "dev-nothing"
    assert operator.types("accounts") == 2
    assert "OrielBilling-dev-nothing" in operator.err
