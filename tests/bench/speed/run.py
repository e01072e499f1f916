"""How fast, how large and how dear answers are, beside their floor and beside peers.

Each part runs in processes of its own, one after the other on the same machine, and can be run
alone (`--only`). A part that is not run leaves null in the last line.
"""

import argparse
import json
import os
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

from infra.local.demo.progress import say
from infra.local.failures import LocalFailure
from infra.local.progress import step
from infra.repository import ROOT
from tests.bench.speed import cost, growth, overhead, precision, report, report_metering
from tests.bench.speed.peers.result import PeerResult
from tests.bench.speed.plot import Panel, plot
from tests.bench.speed.table import Table

NAMES = (
    "overhead_1",
    "overhead_1_by_url",
    "throughput_10",
    "peers",
    "peers_with_gateway",
    "cold_seconds",
    "cold_ratio",
    "int8_drop_points",
    "int8_gain",
    "dollars_per_1000",
    "metering_ms",
    "metering_dollars_per_1000",
    "growth",
)
"""Of the last line's object; null for what this run did not measure."""

OURS = "oriel"
PLOT = ROOT / "summary" / "speed.svg"


@dataclass
class Found:
    """What a run has found so far; `overhead` is measured once for all parts that need it."""

    figures: dict[str, Any] = field(default_factory=lambda: dict.fromkeys(NAMES))
    tables: list[Table] = field(default_factory=list)
    panels: list[Panel] = field(default_factory=list)
    cells: list[Any] = field(default_factory=list)

    def add(
        self, figures: dict[str, Any], tables: Sequence[Table], panels: Sequence[Panel] = ()
    ) -> None:
        """Take in what a part found."""
        self.figures |= figures
        self.tables += tables
        self.panels += panels


Measure: TypeAlias = Callable[[argparse.Namespace, Found], None]


def describe(parser: argparse.ArgumentParser) -> None:
    """Say what can be chosen."""
    parser.add_argument(
        "--only",
        choices=tuple(PARTS),
        help="one part alone; all take about a quarter of an hour on two cores",
    )
    parser.add_argument(
        "--seconds",
        type=float,
        default=12.0,
        help="of measuring each single figure (default: %(default)s)",
    )
    parser.add_argument(
        "--cold-runs",
        type=int,
        default=15,
        help="processes that are started of each kind (default: %(default)s)",
    )
    parser.add_argument(
        "--plot", type=Path, default=PLOT, help="where the drawing goes (default: %(default)s)"
    )


def run(arguments: argparse.Namespace, parts: Mapping[str, Measure] | None = None) -> None:
    """Measure what is asked for, print tables and a drawing, and one JSON object at the end.

    A part that cannot run here does not take the others' figures along; raises LocalFailure after
    them.
    """
    found, failures = Found(), []
    for name, measure in (parts or PARTS).items():
        if arguments.only not in {None, name}:
            continue
        try:
            with step(f"measuring {name}"):
                measure(arguments, found)
        except LocalFailure as failure:
            failures.append(f"{name} was not measured: {failure}")
    say(f"\n{_machine()}\n")
    for table in found.tables:
        say(f"{table.markdown()}\n")
    if found.panels:
        arguments.plot.parent.mkdir(parents=True, exist_ok=True)
        arguments.plot.write_text(plot("The speed of oriel", found.panels))
        say(f"The same as a drawing: {arguments.plot}")
    say(json.dumps(found.figures))
    if failures:
        raise LocalFailure("\n".join(failures))


def _overhead(arguments: argparse.Namespace, found: Found) -> None:
    found.cells = overhead.overhead(arguments.seconds)
    tables = report.overhead_table(found.cells), report.stages_table(found.cells)
    found.add(overhead.figures(found.cells), tables, report.overhead_panels(found.cells))


def _growth(arguments: argparse.Namespace, found: Found) -> None:
    points = growth.growth(arguments.seconds)
    found.add(growth.figures(points), [report.growth_table(points)], report.growth_panels(points))


def _precision(arguments: argparse.Namespace, found: Found) -> None:
    result = precision.precision(seconds=arguments.seconds)
    found.add(precision.figures(result), [report.precision_table(result)])


def _cost(arguments: argparse.Namespace, found: Found) -> None:
    if not found.cells:
        _overhead(arguments, found)
    bills = cost.cost(found.cells)
    found.add(cost.figures(bills), [report.cost_table(bills), report.prices_table()])


def _metering(arguments: argparse.Namespace, found: Found) -> None:
    results = _part("metering").metering(arguments.seconds)
    figures = _part("metering").figures(results)
    found.add(figures, [report_metering.metering_table(results)])


def _cold(arguments: argparse.Namespace, found: Found) -> None:
    result = _part("cold").cold(arguments.cold_runs)
    figures = {"cold_seconds": round(result.cold_seconds, 3), "cold_ratio": round(result.ratio, 3)}
    found.add(figures, [report.cold_table(result)], [report.cold_panel(result)])


def _peers(arguments: argparse.Namespace, found: Found) -> None:
    results = _part("peers.measure").peers(arguments.seconds)
    figures = {
        "peers": ratios(results, lambda one: one.pictures_per_second_per_core),
        "peers_with_gateway": ratios(
            results, lambda one: one.pictures_per_second_per_core_with_gateway
        ),
    }
    found.add(figures, [report.peers_table(results)], report.peers_panels(results))


def _part(name: str) -> Any:
    """Load a part only where it is run: its surroundings may not be on this machine."""
    return import_module(f"tests.bench.speed.{name}")


def ratios(
    results: Sequence[PeerResult], figure: Callable[[PeerResult], float]
) -> dict[str, float]:
    """Return our figure divided by each peer's, where that is the least.

    Compared at the same number of callers, and of those numbers told is the worst for us.
    """
    ours = {one.callers: figure(one) for one in results if one.name == OURS}
    found: dict[str, float] = {}
    for one in results:
        if one.name != OURS and one.callers in ours:
            ratio = round(ours[one.callers] / figure(one), 3)
            found[one.name] = min(ratio, found.get(one.name, ratio))
    return found


PARTS: dict[str, Measure] = {
    "overhead": _overhead,
    "growth": _growth,
    "precision": _precision,
    "cost": _cost,
    "metering": _metering,
    "cold": _cold,
    "peers": _peers,
}


def _machine() -> str:
    cores, versions = os.cpu_count(), ("onnxruntime", "numpy", "PIL", "boto3")
    named = ", ".join(f"{name} {import_module(name).__version__}" for name in versions)
    return f"{platform.machine()}, {cores} processors, Python {platform.python_version()}, {named}"
