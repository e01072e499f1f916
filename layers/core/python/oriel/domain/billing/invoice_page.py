"""An invoice as one HTML page to read and to print: nothing to load, nothing that runs."""

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape

from oriel.domain.billing.invoices import Invoice, InvoiceState, Line, LineKind
from oriel.domain.billing.money import money, places_of

STYLE = """
:root { color-scheme: light; }
@page { size: A4; margin: 18mm 16mm; }
body { font: 15px/1.5 system-ui, sans-serif; color: #1d2530; background: #fff;
  max-width: 50rem; margin: 2.5rem auto; padding: 0 1.25rem; overflow-wrap: anywhere; }
header { display: flex; justify-content: space-between; align-items: flex-start; gap: 2rem;
  flex-wrap: wrap; border-bottom: 2px solid #1d2530; padding-bottom: 1rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.05rem; margin: 2.25rem 0 .25rem; }
.quiet { color: #5a6675; font-size: .85rem; margin: .25rem 0; }
.due { text-align: right; }
.due b { display: block; font-size: 1.7rem; line-height: 1.2; }
.state { display: inline-block; padding: .05rem .6rem; border: 1px solid; border-radius: 1rem;
  font-size: .8rem; color: #8a5300; }
.final { color: #1c6b3c; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.5rem; margin: 1.25rem 0; }
dt { color: #5a6675; }
dd { margin: 0; }
.scroll { overflow-x: auto; }
.scroll table { min-width: 42rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
th, td { padding: .45rem .6rem; text-align: left; vertical-align: top;
  border-bottom: 1px solid #e3e8ee; }
th { font-weight: 600; font-size: .8rem; color: #5a6675; border-bottom-color: #9aa5b1; }
th:first-child, td:first-child { padding-left: 0; }
th:last-child, td:last-child { padding-right: 0; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tfoot td { font-weight: 600; border-bottom: 0; border-top: 2px solid #1d2530; }
@media print { body { margin: 0; padding: 0; max-width: none; } tr { break-inside: avoid; }
  h2 { break-after: avoid; } .scroll { overflow: visible; }
  .scroll table { min-width: 0; } }
"""
_EXACT = (
    "Amounts are exact to a millionth and not rounded. Each credit is one answered record of one "
    "task; training, uploads and errors cost nothing."
)
_STATES = {
    InvoiceState.DRAFT: "Draft: it may still change",
    InvoiceState.HELD: "Held: being checked",
    InvoiceState.FINAL: "Final",
}


def invoice_page(invoice: Invoice, workspace: str) -> str:
    """Return the page of an invoice; no word of anybody can become markup of it."""
    title = f"Invoice {invoice.name}" if invoice.name else "Draft invoice"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n<body>\n"
        f"{_header(invoice, title)}\n{_facts(invoice, workspace)}\n{_lines(invoice)}\n"
        f"{_tasks(invoice)}\n{_notes(invoice)}\n</body></html>\n"
    )


def _header(invoice: Invoice, title: str) -> str:
    kind = "state final" if invoice.state == InvoiceState.FINAL else "state"
    return (
        f'<header><div><h1>{escape(title)}</h1><span class="{kind}">{_STATES[invoice.state]}</span>'
        f'</div><div class="due"><span class="quiet">Total</span><b>{_sum(invoice)}</b></div>'
        "</header>"
    )


def _facts(invoice: Invoice, workspace: str) -> str:
    period = f"{_day(invoice.period.first)} to {_day(invoice.period.last)} (UTC)"
    issued = "not yet" if invoice.finalised is None else _day(invoice.finalised.date())
    told = {
        "Workspace": workspace,
        "Its id": invoice.workspace_id,
        "Period": period,
        "Issued": issued,
        "Price list": f"{invoice.price_version}, plan {invoice.plan_id}",
    }
    parts = (f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in told.items())
    return f"<dl>{''.join(parts)}</dl>"


def _lines(invoice: Invoice) -> str:
    head = ("", "Credits", "In the plan", "From packs", "Billed", "Each", invoice.currency)
    places = places_of([*(line.amount_micros for line in invoice.lines), invoice.total_micros])
    body = "".join(_row("td", _line(line, places)) for line in invoice.lines)
    due = money(invoice.total_micros, places)
    total = f'<tr><td colspan="6">Total</td><td class="n">{due}</td></tr>'
    return (
        f'<div class="scroll"><table><thead>{_row("th", head)}</thead><tbody>{body}</tbody>'
        f"<tfoot>{total}</tfoot></table></div>"
    )


def _line(line: Line, places: int) -> Sequence[str]:
    units = "" if line.kind == LineKind.CREDIT else f"{line.units:,}"
    shared: Sequence[str] = ("", "", "", "")
    if line.kind in {LineKind.USAGE, LineKind.ADJUSTMENT}:
        parts = (line.included, line.from_packs, line.billed)
        shared = (*(f"{part:,}" for part in parts), money(line.price_micros))
    return (_text(line), units, *shared, money(line.amount_micros, places))


def _text(line: Line) -> str:
    return f"{line.text} ({line.waived:,} waived)" if line.waived else line.text


def _tasks(invoice: Invoice) -> str:
    if not invoice.tasks:
        return ""
    rows = "".join(_row("td", (one.task_id, f"{one.units:,}")) for one in invoice.tasks)
    return (
        f"<h2>Answered records by task</h2><table><thead>{_row('th', ('Task', 'Credits'))}</thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def _notes(invoice: Invoice) -> str:
    notes = [_EXACT]
    if invoice.state != InvoiceState.FINAL:
        day = _day(invoice.final_from)
        notes.append(f"Becomes final from {day} on; until then late records are added.")
    return "".join(f'<p class="quiet">{escape(note)}</p>' for note in notes)


def _row(tag: str, cells: Iterable[str]) -> str:
    first, *others = (escape(cell) for cell in cells)
    return (
        f"<tr><{tag}>{first}</{tag}>"
        f"{''.join(f'<{tag} class=n>{one}</{tag}>' for one in others)}</tr>"
    )


def _sum(invoice: Invoice) -> str:
    return f"{escape(invoice.currency)} {money(invoice.total_micros)}"


def _day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
