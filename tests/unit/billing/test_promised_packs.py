"""Credits of packs between the end of a period and its final invoice."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from oriel.domain.billing.accounts import BillingAccount, SoldPack, Taken
from oriel.domain.errors import Conflict

from tests.fakes.billing import SMALL
from tests.fakes.books import Books

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def books_with(units: int) -> Books:
    """A pack of ten, and a period that used so many units of a hundred and those."""
    books = Books()
    sold = SoldPack("p", "ten", "2026-01", 10, 7_000, datetime(2026, 11, 2, tzinfo=UTC))
    books.account("w", SMALL.id, 1, sold)
    books.use("w", units, NOON)
    return books


def account_of(books: Books) -> BillingAccount:
    account = books.accounts.find("w")
    assert account is not None
    return account


def test_a_draft_promises_what_it_takes_and_the_final_invoice_takes_it() -> None:
    books, seen = books_with(106), []
    for day in (date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 3), date(2026, 12, 4)):
        books.at(day.year, day.month, day.day)
        books.closing.run("w")
        account = account_of(books)
        seen.append((account.promised, account.packs[0].used, account.pack_credits))
    assert seen == [(0, 0, 10), (6, 0, 4), (6, 0, 4), (0, 6, 4)]


def test_a_night_that_changes_nothing_leaves_the_account_alone() -> None:
    books = books_with(106)
    for day in (1, 2, 3):
        books.at(2026, 12, day)
        books.closing.run("w")
        revision = account_of(books).revision
        books.closing.run("w")
        assert account_of(books).revision == revision


def test_what_arrives_late_is_promised_too() -> None:
    books = books_with(106)
    books.at(2026, 12, 1)
    books.closing.run("w")
    books.use("w", 3, NOON)
    books.at(2026, 12, 2)
    books.closing.run("w")
    assert account_of(books).pack_credits == 1


def test_a_change_of_the_account_in_between_is_kept() -> None:
    books = books_with(106)
    books.at(2026, 12, 1)
    save = books.accounts.save
    refused = []

    def save_after_another(account: BillingAccount, begun: Sequence[Taken] = ()) -> BillingAccount:
        books.accounts.save = save  # type: ignore[method-assign]
        books.account_day(account_of(books), 5)
        try:
            return save(account)
        except Conflict:
            refused.append(begun)
            raise

    books.accounts.save = save_after_another  # type: ignore[method-assign]
    books.closing.run("w")
    account = account_of(books)
    assert (len(refused), account.billing_day, account.promised) == (1, 5, 6)
