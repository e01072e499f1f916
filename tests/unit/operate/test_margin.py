"""What AWS takes for answers, and what is left of what is paid for them."""

from argparse import Namespace
from dataclasses import replace
from datetime import date

import pytest
from oriel.domain.usage import UsageTotal
from oriel.services.billing_accounts import BillingAccounts

from operate.aws_costs import READS_PER_REQUEST, answers_cost, storage_cost
from operate.aws_prices import READ_UNIT, S3_GB_MONTH, WRITE_UNIT
from operate.billing.amounts import money
from operate.billing.books import prices
from operate.billing.deployment import Reached
from operate.billing.margins import margin
from tests.fakes.billing import LARGE, GivenTotals, MemoryAccountStore, MemoryPriceLists
from tests.fakes.clock import FrozenClock

DAY = date(2026, 11, 21)


def test_a_thousand_answers_cost_what_the_documentation_says() -> None:
    assert answers_cost(1000).total == pytest.approx(0.013, abs=0.0005)


def test_records_of_one_request_share_the_gateway_and_what_is_read() -> None:
    alone, together = answers_cost(1000), answers_cost(1000, 10)
    assert together.gateway == pytest.approx(alone.gateway / 10)
    assert together.logs == pytest.approx(alone.logs / 10)
    # Several are written in a transaction, which takes a write more of each.
    more, less = 1000 * WRITE_UNIT.dollars, 900 * READS_PER_REQUEST * READ_UNIT.dollars
    assert together.tables == pytest.approx(alone.tables + more - less)
    assert answers_cost(0).total == 0


def test_what_lies_in_s3_costs_by_the_day() -> None:
    assert storage_cost(10**9, 30) == pytest.approx(S3_GB_MONTH.dollars)
    assert storage_cost(10**9, 3) == pytest.approx(S3_GB_MONTH.dollars / 10)


def test_what_is_left_of_a_workspaces_money(capsys: pytest.CaptureFixture[str]) -> None:
    totals = GivenTotals(
        UsageTotal("2026-10-31", "t", 1, 999),
        UsageTotal("2026-11-01", "t", 1, 1400),
        UsageTotal("2026-11-20", "t", 2, 100),
    )
    accounts = BillingAccounts(MemoryAccountStore(), MemoryPriceLists(), totals, FrozenClock())
    accounts.change("w", lambda one: replace(one, plan_id=LARGE.id))
    reached = Reached()
    # What is reached of AWS in a deployment.
    reached.__dict__.update(accounts=accounts, totals=totals, prices=accounts.prices)
    asked = Namespace(
        workspaces=["w"],
        rate=2.0,
        day=DAY,
        storage=False,
        records_per_request=1.0,
        architecture="x86_64",
    )
    assert margin(reached, asked) == 0
    [line] = [one for one in capsys.readouterr().out.splitlines() if one.startswith("w ")]
    units, paid, answers, storage, left, _ = line.split()[1:]
    # 40 a month and 500 credits more than it includes at 400 millionths, at 2 dollars.
    assert (units, paid, storage) == ("1,500", "80.4000", "0.0000")
    assert float(answers) == pytest.approx(answers_cost(1500).total, abs=1e-4)
    assert float(left) == pytest.approx(80.4 - answers_cost(1500).total, abs=1e-3)


def test_what_is_offered_is_shown_with_its_ids(capsys: pytest.CaptureFixture[str]) -> None:
    reached = Reached()
    reached.__dict__.update(prices=MemoryPriceLists())
    assert prices(reached, Namespace()) == 0
    shown = capsys.readouterr().out.splitlines()
    assert "plan open, the default: 0.00 EUR a period, 0 credits, then 0.0006 EUR each" in shown
    assert "plan small: 0.00 EUR a period, 100 credits, no more" in shown
    assert "pack ten: 0.007 EUR" in shown


@pytest.mark.parametrize(
    ("micros", "text"),
    [(0, "0.00"), (590, "0.00059"), (12_500_000, "12.50"), (-1_000_001, "-1.000001")],
)
def test_money_is_told_to_the_last_millionth(micros: int, text: str) -> None:
    assert money(micros, "EUR") == f"{text} EUR"
