"""Writes a card as one HTML page that needs nothing else: no scripts, fonts or pictures to load."""

from collections.abc import Sequence
from html import escape

from oriel.domain.card.blocks import Block, Bullets, Card, Chart, Matrix, Paragraph, Table
from oriel.domain.card.chart import chart_svg
from oriel.domain.card.matrix import matrix_svg

STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, sans-serif; color: #1d2530; background: #fff;
  max-width: 52rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.7rem; line-height: 1.2; }
h2 { font-size: 1.2rem; margin-top: 2rem; border-bottom: 1px solid #d5dbe3; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { padding: .25rem .9rem .25rem 0; text-align: left; vertical-align: top;
  border-bottom: 1px solid #e8ecf1; }
th { font-weight: 600; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
figure { margin: 1.2rem 0; overflow-x: auto; }
svg { max-width: 100%; height: auto; font: 12px system-ui, sans-serif; }
@media print { body { margin: 0; } h2 { break-after: avoid; } figure, tr { break-inside: avoid; } }
"""


def to_html(card: Card) -> str:
    """Return the page of a card; names and descriptions cannot become markup of it."""
    parts = [f"<h1>{escape(card.title)}</h1>"]
    for section in card.sections:
        parts.append(f"<h2>{escape(section.title)}</h2>")
        parts += map(_block, section.blocks)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(card.title)}</title><style>{STYLE}</style></head>\n"
        f"<body>\n{chr(10).join(parts)}\n</body></html>\n"
    )


def _block(block: Block) -> str:
    match block:
        case Paragraph(text):
            return f"<p>{escape(text)}</p>"
        case Bullets(items):
            return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"
        case Table(head, rows, numbers):
            return _table(head, rows, numbers)
        case Matrix():
            return f"<figure>{matrix_svg(block)}</figure>"
        case Chart():
            return f"<figure>{chart_svg(block)}</figure>"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], numbers: bool) -> str:
    top = _row("th", head, numbers)
    body = "".join(_row("td", row, numbers) for row in rows)
    return f"<table><thead>{top}</thead><tbody>{body}</tbody></table>"


def _row(tag: str, cells: Sequence[str], numbers: bool) -> str:
    first, *others = (escape(cell) for cell in cells)
    kind = f'{tag} class="n"' if numbers else tag
    return f"<tr><{tag}>{first}</{tag}>{''.join(f'<{kind}>{one}</{tag}>' for one in others)}</tr>"
