"""What each part found, as tables and as panels of the plot."""

from collections.abc import Iterable, Sequence

from operate.aws_prices import ALL, COLLECTED
from tests.bench.speed.cold import ColdResult
from tests.bench.speed.cost import Bill, here
from tests.bench.speed.growth import Point
from tests.bench.speed.overhead import WITHIN, Cell
from tests.bench.speed.peers.result import PeerResult
from tests.bench.speed.plot import Panel
from tests.bench.speed.precision import BATCHES, Precision
from tests.bench.speed.table import Table, against, ms
from tests.fakes.deployed_inference import MEMORY_MIB

MOST_OVERHEAD, LEAST_THROUGHPUT = 1.10, 0.9
MOST_DROP_POINTS, LEAST_GAIN = 0.3, 1.8
MOST_COLD_SECONDS, MOST_COLD_RATIO = 1.0, 1.3


def overhead_table(cells: Sequence[Cell]) -> Table:
    """Show the handler beside the floor."""
    return Table(
        f"Overhead: one request, ms, p50 in turn ({MEMORY_MIB} MiB, one thread)",
        ("megapixels x records", "kB each", "floor", "oriel", "ratio", "target"),
        [_overhead_row(cell) for cell in cells],
        "Floor: decoding, the backbone's session and the head alone, in the same process. oriel: "
        "the whole handler; what it asks AWS and the web is answered at once, from memory. Target: "
        f"at most {MOST_OVERHEAD} times the floor for one record, {LEAST_THROUGHPUT} of its "
        "throughput for ten.",
    )


def _overhead_row(cell: Cell) -> tuple[str, ...]:
    one = cell.records == 1
    reached = cell.ratio <= MOST_OVERHEAD if one else 1 / cell.ratio >= LEAST_THROUGHPUT
    return (
        f"{cell.megapixels} x {cell.records} by {cell.way}",
        f"{cell.picture_bytes / 1000:,.0f}",
        ms(cell.floor_seconds),
        ms(cell.handler_seconds),
        f"{cell.ratio:.3f}" if one else f"1/{1 / cell.ratio:.3f}",
        "yes" if reached else "NO",
    )


def stages_table(cells: Sequence[Cell]) -> Table:
    """Show where the handler's time goes, as it says itself."""
    names = list(dict.fromkeys(name for cell in cells for name in cell.stages))
    return Table(
        "Where it goes: `Server-Timing`, ms, p50",
        ("megapixels x records", *names),
        [
            (
                f"{cell.megapixels} x {cell.records} by {cell.way}",
                *(ms(cell.stages[name]) if name in cell.stages else "" for name in names),
            )
            for cell in cells
        ],
    )


def overhead_panels(cells: Sequence[Cell]) -> list[Panel]:
    """Draw milliseconds a picture, of floor and handler."""
    return [
        Panel(
            f"ms a picture, {records} a request",
            {
                f"{cell.megapixels} megapixels": {
                    "floor": 1000 * cell.floor_seconds / records,
                    "oriel": 1000 * cell.handler_seconds / records,
                }
                for cell in cells
                # Of two ways, the one that is told first.
                if cell.records == records and (records > 1 or cell.way == WITHIN)
            },
        )
        for records in sorted({cell.records for cell in cells})
    ]


def growth_table(points: Sequence[Point]) -> Table:
    """Show what grows with tasks, labels and records."""
    return Table(
        "Growth: one record of 0.3 megapixels where nothing else is said",
        ("what grows", "p50 ms", "first answer ms", "resident MiB"),
        [
            (
                f"{point.count:,} {point.of}",
                ms(point.seconds),
                ms(point.first_seconds) if point.first_seconds else "",
                f"{point.resident_mib:.0f}",
            )
            for point in points
        ],
        "Each task has a head of its own; `first answer` is the median where it had to be loaded.",
    )


def growth_panels(points: Sequence[Point]) -> list[Panel]:
    """Draw latency by tasks and by labels, and by records; memory by tasks."""
    panels = [
        Panel(
            f"ms a request by {of}",
            {f"{p.count:,}": {"p50": 1000 * p.seconds} for p in points if p.of == of},
        )
        for of in dict.fromkeys(point.of for point in points)
    ]
    memory = {f"{p.count:,}": {"resident": p.resident_mib} for p in points if p.of == "tasks"}
    return [*panels, Panel("MiB by tasks", memory)] if memory else panels


def precision_table(found: Precision) -> Table:
    """Show what int8 loses and gains."""
    reached = found.drop_points <= MOST_DROP_POINTS
    rows = [
        (
            f"accuracy on {found.test:,} pictures, points",
            *(f"{100 * found.accuracy[name]:.2f}" for name in found.accuracy),
            against(f"{-found.drop_points:+.2f}", reached=reached),
        )
    ]
    for number, batch in enumerate(BATCHES):
        gain = found.gains[batch]
        rows.append(
            (
                f"session, batch of {batch}, ms",
                *(ms(found.seconds[name][number]) for name in found.accuracy),
                against(f"x {gain:.2f}", reached=gain >= LEAST_GAIN),
            )
        )
    return Table(
        "Precision: int8 beside fp32",
        ("", *found.accuracy, "int8 target"),
        rows,
        f"Fashion-MNIST, an instant head on each backbone. Target: at most {MOST_DROP_POINTS} "
        f"points lost, {LEAST_GAIN} times the throughput; one thread.",
    )


def cost_table(bills: Sequence[Bill]) -> Table:
    """Show dollars for a thousand answers."""
    return Table(
        f"Cost: US dollars for 1,000 answers, list prices of {COLLECTED}",
        (
            "megapixels x records",
            "gateway",
            f"Lambda {here()}",
            "DynamoDB",
            "S3",
            "meter",
            "logs",
            "together",
        ),
        [
            (
                f"{bill.megapixels} x {bill.records} by {bill.way}",
                *(
                    f"{dollars:.5f}"
                    for dollars in (
                        *(bill.gateway, bill.function, bill.table, bill.objects),
                        *(bill.meter, bill.logs),
                        bill.total,
                    )
                ),
            )
            for bill in bills
        ],
        "Seconds and capacity units as measured here, warm; nothing costs while nothing happens.",
    )


def prices_table() -> Table:
    """Show the prices and where they are said."""
    return Table(
        f"Prices of us-east-1, collected {COLLECTED}",
        ("what", "dollars", "source"),
        [(price.unit, f"{price.dollars:.10f}".rstrip("0"), price.source) for price in ALL],
    )


def cold_table(found: ColdResult) -> Table:
    """Show the first answer of a new process."""
    return Table(
        "Cold start: seconds to the first answer of a new process, through awslambdaric",
        ("", "seconds", "target"),
        [
            ("an empty handler", f"{found.empty_seconds:.3f}", ""),
            ("a bare onnxruntime script", f"{found.bare_seconds:.3f}", ""),
            (
                "oriel",
                f"{found.cold_seconds:.3f}",
                "yes" if found.cold_seconds <= MOST_COLD_SECONDS else "NO",
            ),
            (
                "oriel / script",
                f"{found.ratio:.2f}",
                "yes" if found.ratio <= MOST_COLD_RATIO else "NO",
            ),
        ],
        f"Target: at most {MOST_COLD_SECONDS} s and {MOST_COLD_RATIO} times the script.",
    )


def cold_panel(found: ColdResult) -> Panel:
    """Draw seconds to the first answer."""
    seconds = {
        "empty handler": found.empty_seconds,
        "bare script": found.bare_seconds,
        "oriel": found.cold_seconds,
    }
    return Panel(
        "seconds to the first answer of a new process",
        {name: {"p50": one} for name, one in seconds.items()},
    )


def peers_table(results: Iterable[PeerResult]) -> Table:
    """Show servers under load."""
    return Table(
        "Peers: the same network and pictures, behind HTTP",
        ("server", "callers", "pictures/s and core", "with gateway", "p50 ms", "p99 ms"),
        [
            (
                f"{one.name} {one.version}",
                str(one.callers),
                f"{one.pictures_per_second_per_core:.1f}",
                f"{one.pictures_per_second_per_core_with_gateway:.1f}",
                f"{one.p50_ms:.1f}",
                f"{one.p99_ms:.1f}",
            )
            for one in results
        ],
        "Of a server's own processes, which are what its user pays for; `with gateway` also of "
        "what stands in for API Gateway and Lambda's runtime API, which AWS runs for oriel. The "
        "peers' HTTP servers are their own. No peer authenticates, bills or checks what it is "
        "sent, and each is sent what its documentation has, but for FastAPI's bare bytes. "
        "FastAPI is no model server: it shows what HTTP costs with the model alone behind it.",
    )


def peers_panels(results: Sequence[PeerResult]) -> list[Panel]:
    """Draw pictures a second and core by callers, and those with a gateway where there is one."""
    groups: dict[str, dict[str, float]] = {}
    for one in results:
        bars = groups.setdefault(f"{one.callers} callers", {})
        bars[one.name] = one.pictures_per_second_per_core
        total = one.pictures_per_second_per_core_with_gateway
        if total != one.pictures_per_second_per_core:
            bars[f"{one.name} with gateway"] = total
    return [Panel("pictures/s and core", groups)] if groups else []
