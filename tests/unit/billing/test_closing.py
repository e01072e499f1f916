from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from oriel.domain.billing.accounts import SoldPack
from oriel.domain.billing.invoices import Invoice, InvoiceState, LineKind
from oriel.domain.billing.ledger import Book, Entry, Posting, RowKind, append, verify

from tests.fakes.billing import LARGE, OPEN, SMALL
from tests.fakes.books import Books

LAST_MOMENT = datetime(2026, 11, 30, 23, 59, 59, 999999, tzinfo=UTC)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def _late(invoice: Invoice) -> list[tuple[str, int]]:
    return [(line.period, line.units) for line in invoice.lines if line.kind == LineKind.ADJUSTMENT]


def test_a_period_is_drafted_when_it_ended_and_final_three_days_later() -> None:
    books = Books()
    books.account("w", LARGE.id)
    books.use("w", 1_007, NOON)
    states = []
    for day in (date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 3), date(2026, 12, 4)):
        books.at(day.year, day.month, day.day)
        books.closing.run("w")
        states.append([one.state for one in books.invoices.all("w")])

    assert states == [[], [InvoiceState.DRAFT], [InvoiceState.DRAFT], [InvoiceState.FINAL]]
    [invoice] = books.final("w")
    assert (invoice.number, invoice.units) == (1, 1_007)
    assert invoice.total_micros == LARGE.monthly_micros + 7 * LARGE.price_micros


def test_a_night_in_which_nothing_changed_writes_nothing() -> None:
    books = Books()
    books.account("w", OPEN.id)
    books.use("w", 3, NOON)
    books.at(2026, 12, 2)
    books.closing.run("w")
    before = books.invoices.writes
    books.at(2026, 12, 3)
    books.closing.run("w")

    assert books.invoices.writes == before


def test_what_is_late_by_an_hour_is_on_its_own_invoice() -> None:
    books = Books()
    books.account("w", OPEN.id)
    books.at(2026, 12, 1, 1)
    books.use("w", 5, LAST_MOMENT)
    books.at(2026, 12, 4)
    books.closing.run("w")

    assert books.final("w")[0].units == 5


def test_what_is_late_by_three_days_or_35_is_on_the_next_invoice_and_on_no_other() -> None:
    books = Books()
    books.account("w", OPEN.id)
    books.use("w", 1, NOON)
    for days, units in ((3, 10), (35, 100)):
        books.clock.now = LAST_MOMENT + timedelta(days=days, hours=3)
        books.closing.run("w")
        books.use("w", units, LAST_MOMENT)
    books.at(2027, 1, 4)
    books.closing.run("w")
    books.at(2027, 2, 4)
    books.closing.run("w")
    books.at(2027, 3, 4)
    books.closing.run("w")

    november, december, january, february = books.final("w")
    assert november.units == 1
    assert [_late(one) for one in (december, january, february)] == [
        [("2026-11-01", 10)],
        [("2026-11-01", 100)],
        [],
    ]
    assert books.balance("w")[Book.UNBILLED] == 0
    assert books.balance("w")[Book.RECEIVABLE] == 111 * OPEN.price_micros


def test_what_is_late_by_years_is_billed_too_and_what_was_before_all_with_the_first() -> None:
    books = Books()
    books.account("w", OPEN.id)
    books.at(2028, 11, 4)
    books.closing.run("w")
    books.use("w", 3, NOON)
    books.use("w", 40, datetime(2026, 12, 24, tzinfo=UTC))
    books.use("w", 500, datetime(2026, 10, 31, tzinfo=UTC))
    books.at(2028, 12, 4)
    books.closing.run("w")

    assert _late(books.final("w")[-1]) == [("2026-11-01", 503), ("2026-12-01", 40)]
    assert books.balance("w")[Book.UNBILLED] == 0


def test_an_answer_of_a_clock_that_is_ahead_is_billed_in_the_period_that_it_names() -> None:
    books = Books()
    books.account("w", OPEN.id)
    books.at(2026, 11, 30, 23)
    books.use("w", 2, NOON)
    books.use("w", 7, datetime(2026, 12, 1, 0, 9, tzinfo=UTC))
    books.at(2027, 1, 4)
    books.closing.run("w")

    assert [one.units for one in books.final("w")] == [2, 7]
    assert books.balance("w")[Book.UNBILLED] == 0


def test_months_end_in_utc_wherever_the_caller_is() -> None:
    books = Books()
    books.account("w", OPEN.id)
    ahead, behind = (datetime.fromisoformat(f"2026-12-01T{text}") for text in _MONTH_ENDS)
    books.use("w", 1, ahead)
    books.use("w", 10, behind)
    books.at(2027, 1, 4)
    books.closing.run("w")

    assert [one.units for one in books.final("w")] == [1, 10]


_MONTH_ENDS = ("13:59:59+14:00", "00:00:00-12:00")
"""The last second of November in UTC, told in Kiribati, and noon of December's first day."""


def test_a_billing_day_that_months_lack_leaves_out_no_day() -> None:
    books = Books()
    books.account("w", OPEN.id, 31)
    books.at(2028, 4, 20)
    books.closing.run("w")

    periods = [one.period for one in books.final("w")]
    assert all(one.after == other.first for one, other in pairwise(periods))
    assert {date(2027, 2, 28), date(2028, 2, 29), date(2026, 11, 30)} <= {
        period.first for period in periods
    }


def test_a_changed_billing_day_makes_a_short_period_and_bills_nothing_twice() -> None:
    books = Books()
    books.account("w", OPEN.id)
    books.use("w", 1, NOON)
    books.at(2026, 12, 4)
    books.closing.run("w")
    account = books.accounts.find("w")
    assert account is not None
    books.account_day(account, 15)
    books.use("w", 10, datetime(2026, 12, 14, 23, tzinfo=UTC))
    books.use("w", 100, datetime(2026, 12, 15, tzinfo=UTC))
    books.at(2027, 1, 18)
    books.closing.run("w")

    assert [(one.period.key, one.units) for one in books.final("w")] == [
        ("2026-11-01", 1),
        ("2026-12-01", 10),
        ("2026-12-15", 100),
    ]


def test_packs_are_used_up_over_invoices_and_the_ledger_keeps_what_was_paid_for_them() -> None:
    books = Books()
    bought = SoldPack("p", "ten", "2026-01", 10, 7_000, datetime(2026, 11, 2, tzinfo=UTC))
    books.account("w", SMALL.id, 1, bought)
    books.use("w", 106, NOON)
    books.at(2026, 12, 4)
    books.closing.run("w")
    books.use("w", 107, datetime(2026, 12, 20, tzinfo=UTC))
    books.at(2027, 1, 4)
    books.closing.run("w")

    used = [sum(line.from_packs for line in one.lines) for one in books.final("w")]
    account = books.accounts.find("w")
    assert used == [6, 4]
    assert account is not None
    assert account.pack_credits == 0
    assert books.balance("w")[Book.PACKS] == 7_000
    assert books.balance("w")[Book.RECEIVABLE] == 0
    assert sum(line.waived for line in books.final("w")[1].lines) == 3


def test_what_somebody_gave_back_is_on_the_invoice_with_the_reason() -> None:
    books = Books()
    books.account("w", OPEN.id)
    books.use("w", 2, NOON)
    given = (Posting(Book.RECEIVABLE, -500), Posting(Book.CREDITS, 500))
    entry = Entry(RowKind.CREDIT, given, who="ada", why="a bad day")
    books.ledger.append(append(books.ledger.head("w"), "w", entry, books.clock()))
    books.at(2026, 12, 4)
    books.closing.run("w")

    [invoice] = books.final("w")
    assert invoice.total_micros == 2 * OPEN.price_micros - 500
    assert books.balance("w")[Book.RECEIVABLE] == invoice.total_micros
    assert [line.text for line in invoice.lines if line.kind == LineKind.CREDIT] == ["a bad day"]


def test_a_drift_holds_the_invoice_and_those_after_it_until_it_is_gone() -> None:
    books = Books()
    books.account("w", OPEN.id)
    books.use("w", 2, NOON)
    books.checks.said[date(2026, 11, 20)] = [["facts 2, ledger 1"]] * 4
    books.at(2027, 1, 4)
    closed = books.closing.run("w")

    assert [one.state for one in closed.held] == [InvoiceState.HELD]
    assert closed.held[0].held_because == "facts 2, ledger 1"
    assert [one.state for one in books.invoices.all("w")] == ["held", "draft"]
    books.closing.run("w")
    assert books.final("w") == []
    books.closing.run("w")
    assert [one.number for one in books.final("w")] == [1, 2]
    assert books.final("w")[0].held_because == ""


def test_what_was_just_on_its_way_is_no_drift() -> None:
    books = Books()
    books.account("w", OPEN.id)
    books.checks.said[date(2026, 11, 20)] = [["facts 2, ledger 1"]]
    books.at(2026, 12, 4)
    closed = books.closing.run("w")

    assert (len(closed.final), closed.drifts) == (1, [])


def test_the_last_two_days_are_compared_each_night() -> None:
    books = Books()
    books.account("w", OPEN.id)
    books.checks.said[date(2026, 11, 19)] = [["it"], ["it"]]
    books.at(2026, 11, 20)

    assert books.closing.run("w").drifts == ["it"]
    assert set(books.checks.looked) == {date(2026, 11, 18), date(2026, 11, 19)}


def test_a_close_that_runs_out_of_time_goes_on_where_it_was() -> None:
    books = Books()
    books.account("w", OPEN.id)
    books.at(2026, 12, 4)
    for _ in range(4):
        left = iter([True] * 10)
        books.closing.run("w", lambda: next(left, False))  # noqa: B023 - called at once

    assert len(books.final("w")) == 1
    own = [day for day in books.checks.looked if day.month == 11]
    assert own == [date(2026, 11, day) for day in range(1, 31)]


def test_usage_that_got_less_holds_the_next_invoice() -> None:
    books = Books()
    books.account("w", OPEN.id)
    books.use("w", 2, NOON)
    books.at(2026, 12, 4)
    books.closing.run("w")
    books.totals.add("w", NOON.date(), -1)
    books.at(2027, 1, 4)

    assert "are gone" in books.closing.run("w").held[0].held_because


def test_who_has_no_account_gets_the_default_plan_of_when_it_began() -> None:
    books = Books()
    books.use("w", 4, NOON)
    books.at(2026, 12, 4)
    books.closing.run("w")

    account = books.accounts.find("w")
    assert account is not None
    assert (account.plan_id, account.price_version, account.since) == (
        OPEN.id,
        "2026-01",
        NOON.date(),
    )
    assert books.final("w")[0].total_micros == 4 * OPEN.price_micros


def test_who_never_used_anything_has_no_invoice() -> None:
    books = Books()
    books.at(2027, 12, 4)
    books.closing.run("w")

    assert books.invoices.writes == 0


def test_the_ledger_holds_after_all_of_this() -> None:
    books = Books()
    books.account("w", LARGE.id)
    books.use("w", 2_000, NOON)
    books.at(2027, 3, 4)
    books.closing.run("w")

    assert verify(books.ledger.rows("w"), books.ledger.head("w")) is None
    assert sum(books.balance("w").values()) == 0
