"""Tables that are read on a terminal as well as in Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of words and figures below a title and the names of the columns."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    method: str = ""

    def markdown(self) -> str:
        """Write it, its columns in line; the first column is words, the others are figures."""
        widths = [
            max(len(row[number]) for row in (self.columns, *self.rows))
            for number in range(len(self.columns))
        ]
        ruler = ["-" * widths[0], *(f"{'-' * (width - 1)}:" for width in widths[1:])]
        lines = [_line(row, widths) for row in (self.columns, ruler, *self.rows)]
        below = ["", self.method] if self.method else []
        return "\n".join([f"**{self.title}**", "", *lines, *below])


def ms(seconds: float) -> str:
    """Write seconds as milliseconds with three digits or so."""
    milliseconds = 1000 * seconds
    return f"{milliseconds:.1f}" if milliseconds < 100 else f"{milliseconds:,.0f}"


def against(figure: str, *, reached: bool) -> str:
    """Write a figure that has a target, and whether it was reached."""
    return f"{figure} {'yes' if reached else 'NO'}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first = cells[0].ljust(widths[0])
    others = [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)]
    return f"| {' | '.join([first, *others])} |"
