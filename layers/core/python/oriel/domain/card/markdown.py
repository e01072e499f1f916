"""Writes a card as Markdown (CommonMark, with the tables of GitHub)."""

import re
from collections.abc import Sequence

from oriel.domain.card.blocks import Block, Bullets, Card, Chart, Matrix, Paragraph, Table

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&$])")
_LEADING = re.compile(r"^(\d{0,9})([-.=])(?=[\s=-]|$)")


def to_markdown(card: Card) -> str:
    """Return the text of a card; names and descriptions cannot become markup of it."""
    parts = [f"# {escaped(card.title)}"]
    for section in card.sections:
        parts.append(f"## {escaped(section.title)}")
        parts += [written for block in section.blocks if (written := _block(block))]
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Return a text on one line that Markdown shows as it is."""
    line = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    return _LEADING.sub(r"\1\\\2", line)


def _block(block: Block) -> str:
    match block:
        case Paragraph(text):
            return escaped(text)
        case Bullets(items):
            return "\n".join(f"- {escaped(item)}" for item in items)
        case Table(head, rows, numbers):
            return _table(head, rows, numbers)
        case Matrix(names, counts):
            lines = [(name, *map(str, row)) for name, row in zip(names, counts, strict=True)]
            return _table(("predicted \\ actual", *names), lines, numbers=True)
        case Chart():
            return _chart(block)


def _chart(chart: Chart) -> str:
    """Leave curves to the HTML card, since many numbers are no picture."""
    return f"Plot: {escaped(chart.title)} is in the HTML card." if chart.series else ""


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], numbers: bool) -> str:
    rule = ["---", *("---:" if numbers else "---" for _ in head[1:])]
    lines = [[escaped(one) for one in head], rule, *([escaped(one) for one in row] for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
