"""Draws what was taken for what."""

from collections.abc import Iterator

from oriel.domain.card.blocks import Matrix
from oriel.domain.card.svg import drawing, name, text

_LEFT, _TOP = 150, 130
_MOST, _LEAST, _WHOLE = 46, 22, 560
"""Sides of a cell, and of the matrix, in pixels."""
_MOST_COUNTED = 25
"""Numbers of more labels would not fit into their cells."""
_RIGHT_COLOUR, _WRONG_COLOUR = "#2166ac", "#c4501b"


def matrix_svg(matrix: Matrix) -> str:
    """Draw a cell for each pair: the fuller, the larger its share of what its column truly is."""
    count = len(matrix.names)
    side = max(_LEAST, min(_MOST, _WHOLE // count))
    edge = side * count
    parts = [
        text(_LEFT + edge / 2, 16, "actual"),
        text(14, _TOP + edge / 2, "predicted", turn=f"rotate(-90 14 {_TOP + edge / 2:.1f})"),
        *_names(matrix, side),
        *_cells(matrix, side),
    ]
    title = "Confusion matrix: rows are predicted, columns are actual labels"
    return drawing(_LEFT + edge + 60, _TOP + edge + 10, title, parts)


def _names(matrix: Matrix, side: int) -> Iterator[str]:
    for place, words in enumerate(matrix.names):
        middle = place * side + side / 2
        yield name(_LEFT - 8, _TOP + middle + 4, words, "end")
        x, y = _LEFT + middle, _TOP - 8
        yield name(x, y, words, "start", turn=f"rotate(-50 {x:.1f} {y:.1f})")


def _cells(matrix: Matrix, side: int) -> Iterator[str]:
    totals = [sum(row[column] for row in matrix.counts) for column in range(len(matrix.names))]
    for row, counts in enumerate(matrix.counts):
        for column, count in enumerate(counts):
            share = count / totals[column] if totals[column] else 0.0
            colour = _RIGHT_COLOUR if row == column else _WRONG_COLOUR
            x, y = _LEFT + column * side, _TOP + row * side
            yield (
                f'<rect x="{x}" y="{y}" width="{side - 1}" height="{side - 1}" fill="{colour}" '
                f'fill-opacity="{0.04 + 0.76 * share:.3f}"/>'
            )
            if count and len(matrix.names) <= _MOST_COUNTED:
                yield text(x + side / 2, y + side / 2 + 4, str(count))
