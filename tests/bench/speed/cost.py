"""Cost: dollars for a thousand answers of a warm function.

Measured here: the handler's seconds, and the capacity units of each request as DynamoDB bills them.
Reckoned: Lambda bills whole milliseconds of the memory that the function has; its processor is not
this machine's. The meter counts each fact afterwards in one transaction (docs/adr/0025): that is
reckoned for facts that arrive one by one, which is the dearest way. The web firewall and the
network out are not in here.
"""

import math
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from operate.aws_costs import METER_DOLLARS_PER_RECORD
from operate.aws_prices import (
    GATEWAY_REQUEST,
    GB_SECOND,
    LAMBDA_REQUEST,
    LOG_GB,
    READ_UNIT,
    S3_GET,
    WRITE_UNIT,
)
from tests.bench.speed.overhead import WITHIN, Cell
from tests.fakes.deployed_inference import MEMORY_MIB

MIB_PER_GB = 1024
"""Lambda's GB is 1,024 MB."""
LOG_BYTES = 2_000
"""Of a request, in the gateway's access log and the function's own: docs/operations.md."""
TOLD = "2"
"""Megapixels of the one-record requests that stand for all in one figure."""


@dataclass(frozen=True, slots=True)
class Bill:
    """Dollars for a thousand answers, by what is billed."""

    megapixels: str
    records: int
    way: str
    gateway: float
    function: float
    table: float
    objects: float
    meter: float
    logs: float

    @property
    def total(self) -> float:
        """Dollars for a thousand answers."""
        parts = self.gateway, self.function, self.table, self.objects, self.meter, self.logs
        return sum(parts)


def cost(cells: Sequence[Cell], architecture: str | None = None) -> list[Bill]:
    """Reckon what the requests cost, on this machine's architecture where none is named."""
    return [_bill(cell, architecture or here()) for cell in cells]


def here() -> str:
    """Return this machine's architecture as Lambda names it."""
    return "arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64"


def figures(bills: Sequence[Bill]) -> dict[str, Any]:
    """Return what goes into the last line."""
    told = [b.total for b in bills if (b.megapixels, b.records, b.way) == (TOLD, 1, WITHIN)]
    return {"dollars_per_1000": round(told[0], 5)} if told else {}


def _bill(cell: Cell, architecture: str) -> Bill:
    requests = 1000 / cell.records
    billed_seconds = math.ceil(cell.handler_seconds * 1000) / 1000
    gb_seconds = MEMORY_MIB / MIB_PER_GB * billed_seconds
    function = gb_seconds * GB_SECOND[architecture].dollars + LAMBDA_REQUEST.dollars
    table = cell.read_units * READ_UNIT.dollars + cell.write_units * WRITE_UNIT.dollars
    return Bill(
        cell.megapixels,
        cell.records,
        cell.way,
        gateway=requests * GATEWAY_REQUEST.dollars,
        function=requests * function,
        table=requests * table,
        objects=requests * cell.object_reads * S3_GET.dollars,
        meter=1000 * METER_DOLLARS_PER_RECORD,
        logs=requests * LOG_BYTES / 1e9 * LOG_GB.dollars,
    )
