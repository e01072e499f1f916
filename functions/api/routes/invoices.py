"""Invoices, and the usage facts that they rest on."""

from oriel.domain.access import Permission
from oriel.domain.billing.invoice_page import STYLE, invoice_page
from oriel.domain.billing.tables import facts_table, invoice_table

from functions.api.call import FIRST_PAGES, Call
from functions.api.private_text import as_file, confined
from functions.api.product import Product
from functions.api.route import PAGING, Parameter, Route
from functions.api.wire.base import Request
from functions.api.wire.invoice import InvoiceAnswer
from functions.api.wire.listing import Listing, to_listing
from functions.api.wire.model_records import Text

_INVOICES = "/account/v2/invoice"
_ONE = f"{_INVOICES}/<period>"
CSV, HTML = "text/csv; charset=utf-8", "text/html; charset=utf-8"


def list_invoices(product: Product, call: Call[Request]) -> Listing[InvoiceAnswer]:
    """List the workspace's invoices, the latest period first.

    There is one for each billing period that ended. What is recorded late, within three days, is
    still on it; what comes later is an adjustment on the next.
    """
    page = product.invoices.list(call.workspace_id, call.page())
    return to_listing(page, InvoiceAnswer.from_domain, call.next_url(page.next_cursor))


def get_invoice(product: Product, call: Call[Request]) -> InvoiceAnswer:
    """Show the invoice of the period that begins on a day."""
    found = product.invoices.get(call.workspace_id, call.ids["period"])
    return InvoiceAnswer.from_domain(found)


def get_invoice_table(product: Product, call: Call[Request]) -> Text:
    """Give an invoice as CSV, one row for each line.

    `docs/check_invoice.py` works it out again from the facts and the price list.
    """
    found = product.invoices.get(call.workspace_id, call.ids["period"])
    headers = as_file(f"invoice-{found.period.key}.csv")
    return Text(content_type=CSV, content=invoice_table(found), headers=headers)


def get_invoice_page(product: Product, call: Call[Request]) -> Text:
    """Give an invoice as a page to read and to print."""
    found = product.invoices.get(call.workspace_id, call.ids["period"])
    workspace = product.accounts.workspace_store.get(call.workspace_id)
    page = invoice_page(found, workspace.name)
    return Text(content_type=HTML, content=page, headers=confined(STYLE))


def get_facts(product: Product, call: Call[Request]) -> Text:
    """Give what was answered and billed, one row for each record and task, as CSV.

    The header `Link` leads to the next rows where there are more than an answer can hold; joined
    in their order the answers are one table.
    """
    asked = call.query
    cursor = asked.get("page", "")
    found = product.invoices.facts(
        call.workspace_id,
        asked.get("from"),
        asked.get("to"),
        None if cursor in FIRST_PAGES else cursor,
    )
    further = call.next_url(found.next)
    link = {} if further is None else {"Link": f'<{further}>; rel="next"'}
    return Text(
        content_type=CSV,
        content=facts_table(found.facts, begins=found.begins),
        headers={**as_file("usage.csv"), **link},
    )


_DAY = {"type": "string", "format": "date"}

ROUTES: tuple[Route, ...] = (  # type: ignore[type-arg]
    Route(
        "GET",
        _INVOICES,
        list_invoices,
        Listing[InvoiceAnswer],
        query=PAGING,
        needs=Permission.READ,
    ),
    # Before the one that would take their endings for a part of the period's name.
    Route(
        "GET",
        f"{_ONE}.csv",
        get_invoice_table,
        Text,
        needs=Permission.READ,
        texts=("text/csv",),
    ),
    Route(
        "GET",
        f"{_ONE}.html",
        get_invoice_page,
        Text,
        needs=Permission.READ,
        texts=("text/html",),
    ),
    Route("GET", _ONE, get_invoice, InvoiceAnswer, needs=Permission.READ),
    Route(
        "GET",
        "/account/v2/usage/facts",
        get_facts,
        Text,
        query={
            "from": Parameter("First day (UTC); by default the month's first.", _DAY),
            "to": Parameter("Last day (UTC); by default today.", _DAY),
            "page": Parameter("From the header `Link` of the answer before."),
        },
        needs=Permission.READ,
        texts=("text/csv",),
    ),
)
