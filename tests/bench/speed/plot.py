"""Draws figures as groups of bars, as many panels as there are beside one another."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from oriel.domain.card.chart import COLOURS
from oriel.domain.card.svg import FAINT, drawing, line, text

_WIDTH, _HEIGHT, _GAP = 420, 200, 30
_LEFT, _TOP, _BELOW = 20, 48, 34
_LEGEND_LINE, _LEGEND_GAP, _LETTER = 14, 30, 7
_PER_ROW = 2
_MOST_DIGITS_FROM = 100
_STYLE = "<style>text{font:11px system-ui,sans-serif}</style>"


@dataclass(frozen=True, slots=True)
class Panel:
    """A title with its unit, and for each group the bars by what they are of."""

    title: str
    groups: Mapping[str, Mapping[str, float]]

    @property
    def series(self) -> list[str]:
        """What there are bars of, in the order in which they are first named."""
        return list(dict.fromkeys(name for bars in self.groups.values() for name in bars))


def plot(title: str, panels: Sequence[Panel]) -> str:
    """Return an SVG."""
    rows = -(-len(panels) // _PER_ROW)
    across = min(len(panels), _PER_ROW) * (_WIDTH + _GAP) + _GAP
    floor = _TOP + _HEIGHT + _LEGEND_LINE * max(len(_lines(panel.series)) - 1 for panel in panels)
    down = floor + _BELOW
    parts = [_STYLE, f'<rect width="{across}" height="{rows * down}" fill="#ffffff"/>']
    # What is named in several panels has one colour in all of them.
    names = dict.fromkeys(name for panel in panels for name in panel.series)
    colours = {name: COLOURS[place % len(COLOURS)] for place, name in enumerate(names)}
    for number, panel in enumerate(panels):
        row, column = divmod(number, _PER_ROW)
        parts += _panel(panel, colours, _LEFT + column * (_WIDTH + _GAP), row * down, floor)
    return drawing(across, rows * down, title, parts)


def _panel(
    panel: Panel, colours: Mapping[str, str], left: float, top: float, height: float
) -> Iterator[str]:
    yield text(left, top + 18, panel.title, "start")
    yield from _legend(panel.series, colours, left, top + 34)
    floor = top + height
    yield line(left, floor, left + _WIDTH, floor, FAINT)
    highest = max(value for bars in panel.groups.values() for value in bars.values())
    room = _WIDTH / len(panel.groups)
    for place, (group, bars) in enumerate(panel.groups.items()):
        start = left + place * room
        yield text(start + room / 2, floor + 16, group)
        wide = room * 0.84 / max(len(bars), 1)
        for bar, (name, value) in enumerate(bars.items()):
            tall = (_HEIGHT - 16) * value / highest if highest else 0.0
            x = start + room * 0.08 + bar * wide
            yield (
                f'<rect x="{x:.1f}" y="{floor - tall:.1f}" width="{wide * 0.92:.1f}" '
                f'height="{tall:.1f}" fill="{colours[name]}"/>'
            )
            yield text(x + wide * 0.46, floor - tall - 4, _short(value))


def _legend(
    series: Sequence[str], colours: Mapping[str, str], left: float, y: float
) -> Iterator[str]:
    for number, names in enumerate(_lines(series)):
        x, base = left, y + number * _LEGEND_LINE
        for name in names:
            box = f'x="{x:.1f}" y="{base - 9:.1f}" width="12" height="10"'
            yield f'<rect {box} fill="{colours[name]}"/>'
            yield text(x + 16, base, name, "start")
            x += _wide(name)


def _lines(series: Sequence[str]) -> list[list[str]]:
    """Fill lines of a panel's width with names, one at least on each."""
    lines: list[list[str]] = [[]]
    for name in series:
        if lines[-1] and sum(map(_wide, [*lines[-1], name])) > _WIDTH:
            lines.append([])
        lines[-1].append(name)
    return lines


def _wide(name: str) -> int:
    return _LEGEND_GAP + _LETTER * len(name)


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= _MOST_DIGITS_FROM else f"{value:.3g}"
