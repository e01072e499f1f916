"""What the part `metering` found, as a table."""

from collections.abc import Sequence

from tests.bench.speed.metering import TABLE_SECONDS, Metered
from tests.bench.speed.table import Table


def metering_table(found: Sequence[Metered]) -> Table:
    """Show what billing each answer exactly once adds to it."""
    late = f"{1000 * TABLE_SECONDS:.0f}"
    return Table(
        "Metering: what billing exactly once adds to an answer of one record, 0.3 megapixels",
        ("asked with", "own ms", f"ms, tables after {late}", "reads", "writes", "$ per 1,000"),
        [
            (
                one.way,
                f"{1000 * one.own_seconds:.2f}",
                f"{1000 * one.seconds:.2f}",
                f"{one.read_units:.2f}",
                f"{one.write_units:.1f}",
                f"{one.dollars_per_1000:.5f}",
            )
            for one in found
        ],
        "The handler's time less that of the same handler without its metering, p50 of rounds in "
        "turn. Reads and writes are DynamoDB's units of the request itself; dollars have the "
        "meter's writes too.",
    )
