from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

from oriel.domain.billing.invoice_page import invoice_page
from oriel.domain.billing.invoices import Invoice, InvoiceState, Line, LineKind, TaskUnits

from tests.unit.billing.lists import NOVEMBER

LINES = (
    Line(LineKind.PLAN, NOVEMBER.key, "Plan A", 100, amount_micros=59_000_000),
    Line(LineKind.USAGE, NOVEMBER.key, "Answered records", 115, 100, 10, 5, 0, 590, 5 * 590),
    Line(LineKind.CREDIT, NOVEMBER.key, "<script>alert(1)</script>", amount_micros=-1),
)
ISSUED = datetime(2026, 12, 4, 2, tzinfo=UTC)
INVOICE = Invoice(
    *("w", NOVEMBER, "a", "2026-11", "EUR", ISSUED, LINES),
    tasks=(TaskUnits("a<b", 115),),
    state=InvoiceState.FINAL,
    number=42,
    finalised=ISSUED,
)


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        assert not any(name.startswith("on") or name in {"src", "href"} for name, _ in attrs)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_page_says_all_of_the_invoice() -> None:
    texts = Tags(invoice_page(INVOICE, "The workshop")).texts

    for text in ("Invoice 000042", "The workshop", "1 November 2026 to 30 November 2026 (UTC)"):
        assert text in texts
    assert "EUR 59.002949" in texts
    assert [
        text for text in texts if text.replace(".", "").strip("-").isdigit() and len(text) > 7
    ] == ["59.000000", "0.002950", "-0.000001", "59.002949"]


def test_no_word_becomes_markup() -> None:
    tags = Tags(invoice_page(INVOICE, "<img src=x onerror=alert(1)>"))

    assert tags.open == []
    assert tags.seen.isdisjoint({"script", "img", "a", "link", "iframe"})
    assert "<script>alert(1)</script>" in tags.texts


def test_a_draft_says_that_it_may_change_and_until_when() -> None:
    draft = replace(INVOICE, state=InvoiceState.DRAFT, number=0, finalised=None)
    text = " ".join(Tags(invoice_page(draft, "w")).texts)

    assert "Draft: it may still change" in text
    assert "Becomes final from 4 December 2026 on" in text


def test_what_is_waived_is_said() -> None:
    usage = replace(LINES[1], billed=0, waived=5, amount_micros=0)
    page = invoice_page(replace(INVOICE, lines=(usage,)), "w")

    assert "Answered records (5 waived)" in page
