"""Draws curves and clouds of points."""

import math
from collections.abc import Iterator

from oriel.domain.card.blocks import Chart, Series
from oriel.domain.card.svg import FAINT, drawing, line, name, text
from oriel.values import dataclass

_LEFT, _TOP, _WIDTH, _HEIGHT, _BELOW = 64, 28, 380, 300, 46
_LEGEND = 170
COLOURS = ("#2166ac", "#c4501b", "#3d8f4f", "#8553a6", "#a98a13", "#b53a70", "#4b9fb0", "#666666")
MOST_SERIES = len(COLOURS)


@dataclass(frozen=True, slots=True)
class _Axis:
    """Maps values from `low` to `high` to pixels from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self) -> Iterator[float]:
        """Yield round values, some five of them."""
        rough = (self.high - self.low) / 5
        scale = 10.0 ** math.floor(math.log10(rough))
        step = next(n * scale for n in (1, 2, 5, 10) if n * scale >= rough * 0.999)
        tick = math.ceil(self.low / step - 1e-9)
        while tick * step <= self.high + step * 1e-9:
            yield tick * step
            tick += 1


def chart_svg(chart: Chart) -> str:
    """Draw a chart; of many series only the first, each in a colour of its own."""
    shown = chart.series[:MOST_SERIES]
    x, y = _axes(chart)
    parts = [text(_LEFT + _WIDTH / 2, 16, chart.title), *_frame(chart, x, y)]
    if chart.diagonal:
        low, high = max(x.low, y.low), min(x.high, y.high)
        parts.append(line(x.at(low), y.at(low), x.at(high), y.at(high), "#8894a3"))
    for series, colour in zip(shown, COLOURS, strict=False):
        parts.append(_drawn(series, colour, x, y, chart.lines))
    named = len(shown) > 1
    if named:
        parts += _legend(shown)
    width = _LEFT + _WIDTH + 20 + (_LEGEND if named else 0)
    return drawing(width, _TOP + _HEIGHT + _BELOW, f"{chart.title}: {chart.y} by {chart.x}", parts)


def _axes(chart: Chart) -> tuple[_Axis, _Axis]:
    across = _range([x for one in chart.series for x, _ in one.points])
    up = _range([y for one in chart.series for _, y in one.points])
    if chart.across is not None:
        across = up = chart.across
    elif chart.diagonal:
        across = up = min(across[0], up[0]), max(across[1], up[1])
    return _Axis(*across, _LEFT, _LEFT + _WIDTH), _Axis(*up, _TOP + _HEIGHT, _TOP)


def _range(values: list[float]) -> tuple[float, float]:
    low, high = min(values, default=0.0), max(values, default=1.0)
    # A range must be wide enough for single precision to tell its ends apart.
    margin = max((high - low) * 0.04, abs(high) * 1e-6, 1e-30)
    return low - margin, high + margin


def _frame(chart: Chart, x: _Axis, y: _Axis) -> Iterator[str]:
    for tick in x.ticks():
        yield line(x.at(tick), _TOP, x.at(tick), _TOP + _HEIGHT)
        yield text(x.at(tick), _TOP + _HEIGHT + 16, _written(tick))
    for tick in y.ticks():
        yield line(_LEFT, y.at(tick), _LEFT + _WIDTH, y.at(tick))
        yield text(_LEFT - 6, y.at(tick) + 4, _written(tick), "end")
    yield (
        f'<rect x="{_LEFT}" y="{_TOP}" width="{_WIDTH}" height="{_HEIGHT}" fill="none" '
        f'stroke="{FAINT}"/>'
    )
    yield text(_LEFT + _WIDTH / 2, _TOP + _HEIGHT + 38, chart.x)
    middle = _TOP + _HEIGHT / 2
    yield text(14, middle, chart.y, turn=f"rotate(-90 14 {middle:.1f})")


def _written(tick: float) -> str:
    return f"{tick:.6g}" if abs(tick) > 1e-12 else "0"  # noqa: PLR2004 - what rounding leaves of 0


def _drawn(series: Series, colour: str, x: _Axis, y: _Axis, lines: bool) -> str:
    places = [(x.at(one), y.at(other)) for one, other in series.points]
    if not lines:
        return "".join(
            f'<circle cx="{a:.1f}" cy="{b:.1f}" r="2.5" fill="{colour}" fill-opacity="0.45"/>'
            for a, b in places
        )
    path = " ".join(f"{a:.1f},{b:.1f}" for a, b in places)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'


def _legend(shown: tuple[Series, ...]) -> Iterator[str]:
    left = _LEFT + _WIDTH + 24
    for place, (series, colour) in enumerate(zip(shown, COLOURS, strict=False)):
        y = _TOP + 14 + 20 * place
        yield f'<rect x="{left}" y="{y - 9}" width="12" height="10" fill="{colour}"/>'
        yield name(left + 18, y, series.name, "start")
