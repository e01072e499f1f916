"""The customer's own check: a page of plain Python that knows nothing of this package."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from oriel.adapters.price_lists import FOLDER, FilePriceLists
from oriel.domain.billing.invoices import Billed, Invoice, Line, LineKind
from oriel.domain.billing.invoicing import Basis, PeriodUse, lines_of, use_packs
from oriel.domain.billing.tables import facts_table, invoice_table

from tests.unit.billing.lists import DECEMBER, NOVEMBER, answered, pack

SCRIPT = Path(__file__).parents[3] / "docs" / "check_invoice.py"
PRICES = FilePriceLists().version("2026-11")
PLAN = replace(PRICES.plan("free"), stops=False)
LATE = answered("w", 40, datetime(2026, 11, 30, 23, 59, 59, 999999, tzinfo=UTC), key="req.late")
IN_TIME = answered("w", 990, datetime(2026, 11, 1, tzinfo=UTC), key="key.n")
AFTER = answered(
    "w", 11_500, datetime(2026, 12, 1, tzinfo=UTC), key="req.d", apart=timedelta(seconds=200)
)


@pytest.fixture
def invoices() -> list[Invoice]:
    at = datetime(2026, 12, 4, tzinfo=UTC)
    bought = (pack(),)
    november = Invoice("w", NOVEMBER, "free", "2026-11", "EUR", at, number=7)
    november = replace(november, lines=lines_of(Basis(NOVEMBER, PLAN, len(IN_TIME), bought)))
    use = PeriodUse(NOVEMBER, PLAN, Billed(990, 990), 1_030)
    credit = Line(LineKind.CREDIT, DECEMBER.key, "=1+1", amount_micros=-123)
    left = use_packs(bought, NOVEMBER, 0).packs
    basis = Basis(DECEMBER, PLAN, len(AFTER), left, (use,), (credit,))
    december = Invoice("w", DECEMBER, "free", "2026-11", "EUR", at, lines_of(basis), number=9)
    return [november, december]


def _run(
    folder: Path, invoices: list[Invoice], *, goes_on: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run it with a price list whose plans go on beyond their credits, or stop as they do."""
    facts = folder / "facts.csv"
    facts.write_text(facts_table([*IN_TIME, *LATE, *AFTER], begins=True), newline="")
    files = []
    for invoice in invoices:
        files.append(folder / f"{invoice.period.key}.csv")
        files[-1].write_text(invoice_table(invoice), newline="")
    listed = folder / "2026-11.json"
    content = json.loads((FOLDER / listed.name).read_text())
    for one in content["plans"]:
        one["stops"] = one["stops"] and not goes_on
    listed.write_text(json.dumps(content))
    command = [sys.executable, "-I", *map(str, (SCRIPT, listed, facts, *files))]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_it_fits_on_a_page() -> None:
    assert len(SCRIPT.read_text().splitlines()) <= 60


def test_invoices_are_worked_out_to_the_micro_unit(tmp_path: Path, invoices: list[Invoice]) -> None:
    done = _run(tmp_path, invoices)

    # 990 are in November's credits, and 10 of the late; 30 and 9,970 are in the pack.
    due = 11_500 - 1_000 - 9_970
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "000007 from 2026-11-01: 6500000 worked out, 6500000 said",
        f"000009 from 2026-12-01: {due * 590 - 123} worked out, {due * 590 - 123} said",
    ]


def test_what_is_billed_by_a_plan_that_stops_is_seen(
    tmp_path: Path, invoices: list[Invoice]
) -> None:
    assert _run(tmp_path, invoices, goes_on=False).returncode == 1
    november, december = invoices
    lines = [
        replace(line, amount_micros=0) if line.kind == LineKind.USAGE else line
        for line in december.lines
    ]
    waived = replace(december, lines=tuple(lines))
    assert _run(tmp_path, [november, waived], goes_on=False).returncode == 0


@pytest.mark.parametrize("more", [1, -1])
def test_a_wrong_micro_unit_is_seen(tmp_path: Path, invoices: list[Invoice], more: int) -> None:
    november, december = invoices
    lines = [
        replace(line, amount_micros=line.amount_micros + more)
        if line.kind == LineKind.USAGE
        else line
        for line in december.lines
    ]

    assert _run(tmp_path, [november, replace(december, lines=tuple(lines))]).returncode == 1


def test_a_pack_at_another_price_is_seen(tmp_path: Path, invoices: list[Invoice]) -> None:
    november, december = invoices
    lines = [
        replace(line, amount_micros=1) if line.kind == LineKind.PACK else line
        for line in november.lines
    ]

    assert _run(tmp_path, [replace(november, lines=tuple(lines)), december]).returncode == 1


def test_a_fact_that_is_on_no_invoice_is_seen(tmp_path: Path, invoices: list[Invoice]) -> None:
    november, december = invoices
    lines = [line for line in december.lines if line.kind != LineKind.ADJUSTMENT]

    assert _run(tmp_path, [november, replace(december, lines=tuple(lines))]).returncode == 1


def test_words_of_others_are_no_formula_in_a_spreadsheet(invoices: list[Invoice]) -> None:
    assert "'=1+1" in invoice_table(invoices[1])
