from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oriel.domain.billing.invoices import (
    Billed,
    Invoice,
    InvoiceState,
    Line,
    LineKind,
    billed_of,
    by_task,
)
from oriel.domain.billing.invoicing import Basis, PeriodUse, UsageFell, lines_of, use_packs

from tests.unit.billing.lists import DECEMBER, NOVEMBER, pack, plan

UNITS = st.integers(0, 100_000)


def _line(basis: Basis, kind: LineKind) -> Line:
    [line] = [line for line in lines_of(basis) if line.kind == kind]
    return line


def test_the_months_credits_are_used_before_packs_and_packs_before_money() -> None:
    line = _line(Basis(NOVEMBER, plan(monthly=1_000), 12_500, (pack(),)), LineKind.USAGE)

    assert (line.included, line.from_packs, line.billed) == (1_000, 10_000, 1_500)
    assert line.amount_micros == 1_500 * 590


@given(UNITS, UNITS, st.integers(1, 100_000), st.integers(0, 1_000))
def test_every_unit_is_covered_or_billed_exactly_once(
    units: int, monthly: int, in_pack: int, price: int
) -> None:
    basis = Basis(
        NOVEMBER, plan(monthly=monthly, price=price), units, (pack(credits_sold=in_pack),)
    )
    line = _line(basis, LineKind.USAGE)

    assert line.included + line.from_packs + line.billed == units
    assert line.included == min(units, monthly)
    assert line.billed == max(0, units - monthly - in_pack)
    assert line.amount_micros == line.billed * price


def test_a_plan_that_stops_bills_nothing_of_what_got_through_all_the_same() -> None:
    stopping = replace(plan(monthly=10), stops=True)
    line = _line(Basis(NOVEMBER, stopping, 12), LineKind.USAGE)

    assert (line.included, line.billed, line.waived, line.amount_micros) == (10, 0, 2, 0)


def test_the_plans_fee_stands_on_the_invoice_and_a_free_plan_has_none() -> None:
    assert _line(Basis(NOVEMBER, plan(fee=59, monthly=10), 0), LineKind.PLAN).amount_micros == 59
    assert [line.kind for line in lines_of(Basis(NOVEMBER, plan(), 0))] == [LineKind.USAGE]


def test_a_pack_is_paid_on_the_invoice_of_the_period_in_which_it_was_sold() -> None:
    bought = (
        pack("before", sold=datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC)),
        pack("within", sold=datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC), price=62),
        pack("after", sold=datetime(2026, 12, 1, tzinfo=UTC)),
    )

    assert _line(Basis(NOVEMBER, plan(), 0, bought), LineKind.PACK).amount_micros == 62


def test_a_pack_that_was_sold_after_the_period_is_not_used_for_it() -> None:
    basis = Basis(NOVEMBER, plan(), 5, (pack(sold=datetime(2026, 12, 1, tzinfo=UTC)),))

    assert _line(basis, LineKind.USAGE).billed == 5


def test_late_usage_takes_what_its_own_month_had_left() -> None:
    late = PeriodUse(NOVEMBER, plan(monthly=100, price=7), Billed(95, 95), 110)
    line = _line(Basis(DECEMBER, plan(monthly=1_000), 0, earlier=(late,)), LineKind.ADJUSTMENT)

    assert (line.units, line.included, line.billed) == (15, 5, 10)
    assert line.amount_micros == 70
    assert line.period == NOVEMBER.key


@given(st.lists(UNITS, min_size=1, max_size=5), UNITS)
def test_usage_that_comes_late_in_parts_costs_what_it_had_cost_at_once(
    parts: list[int], monthly: int
) -> None:
    terms = plan(monthly=monthly)
    lines = [_line(Basis(NOVEMBER, terms, parts[0]), LineKind.USAGE)]
    for count in range(2, len(parts) + 1):
        billed = Billed(sum(line.units for line in lines), sum(line.included for line in lines))
        use = PeriodUse(NOVEMBER, terms, billed, sum(parts[:count]))
        found = lines_of(Basis(DECEMBER, terms, 0, earlier=(use,)))
        lines += [line for line in found if line.kind == LineKind.ADJUSTMENT]

    at_once = _line(Basis(NOVEMBER, terms, sum(parts)), LineKind.USAGE)
    assert sum(line.amount_micros for line in lines) == at_once.amount_micros


def test_usage_that_got_less_after_its_invoice_is_for_a_person_to_look_at() -> None:
    use = PeriodUse(NOVEMBER, plan(), Billed(5, 0), 4)

    with pytest.raises(UsageFell, match="1 credits"):
        lines_of(Basis(DECEMBER, plan(), 0, earlier=(use,)))


@given(st.lists(st.integers(1, 40), max_size=9), st.integers(1, 10**9))
def test_what_was_paid_for_a_pack_is_shared_out_to_the_last_micro_unit(
    taken: list[int], price: int
) -> None:
    bought = [pack(credits_sold=400, price=price)]
    packs, value = tuple(bought), 0
    for credits_taken in [*taken, 400 - sum(taken)]:
        used = use_packs(packs, NOVEMBER, credits_taken)
        packs, value = used.packs, value + used.value_micros

    assert value == price
    assert packs[0].left == 0


def test_the_pack_that_was_sold_first_is_used_first() -> None:
    packs = (
        pack("second", 10, sold=datetime(2026, 11, 6, tzinfo=UTC)),
        pack("first", 10, sold=datetime(2026, 11, 5, tzinfo=UTC)),
    )

    assert [one.used for one in use_packs(packs, NOVEMBER, 12).packs] == [2, 10]


def test_packs_give_no_more_than_they_have() -> None:
    with pytest.raises(ValueError, match="not so many"):
        use_packs((pack(credits_sold=10),), NOVEMBER, 11)


def test_what_was_billed_of_a_period_is_on_its_invoice_and_on_later_ones() -> None:
    usage = Line(LineKind.USAGE, NOVEMBER.key, "", 10, included=7)
    late = Line(LineKind.ADJUSTMENT, NOVEMBER.key, "", 2, included=1)
    invoices = [
        _invoice(usage),
        _invoice(late, Line(LineKind.USAGE, DECEMBER.key, "", 50)),
        _invoice(late, state=InvoiceState.DRAFT),
    ]

    assert billed_of(invoices, NOVEMBER) == Billed(12, 8)


def test_tasks_are_added_up() -> None:
    assert [(one.task_id, one.units) for one in by_task([("b", 1), ("a", 2), ("b", 3)])] == [
        ("a", 2),
        ("b", 4),
    ]


def _invoice(*lines: Line, state: InvoiceState = InvoiceState.FINAL) -> Invoice:
    at = datetime(2026, 12, 4, tzinfo=UTC)
    return Invoice("w", NOVEMBER, "a-plan", "2026-11", "EUR", at, lines, state=state)
