"""Metering: what keeping and billing each answer exactly once adds to it, in time and in dollars.

The handler with its metering beside the same handler without, in one process and in turn, asked in
three ways: as it comes, under an `Idempotency-Key`, and with a cap on the workspace. The tables
answer from memory, once immediately, which leaves the work of our own, and once as late as
DynamoDB does, which is what a caller would wait for.
"""

import base64
import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from statistics import median
from typing import Any
from unittest.mock import patch

from oriel.adapters.dynamodb.billing_accounts import account_put
from oriel.adapters.dynamodb.writes import Writes
from oriel.adapters.price_lists import FilePriceLists
from oriel.domain.billing.accounts import WHOLE, Cap, default_account
from oriel.services.metering import Metering, Settled
from oriel.services.reservations import Reservation, Reservations, Reserving

from infra.local.progress import note
from operate.aws_costs import FUNCTION_GB, METER_DOLLARS_PER_RECORD
from operate.aws_prices import GB_SECOND, READ_UNIT, WRITE_UNIT
from tests.bench.speed.child import arguments_of_child, in_child
from tests.bench.speed.cost import here
from tests.bench.speed.photos import photos
from tests.bench.speed.timing import interleaved
from tests.fakes.deployed_inference import USAGE, DeployedInference, answered, some_weights

PLAIN, KEYED, CAPPED = "no key", "key", "cap"
LABELS = 10
SIZE = "0.3"
TABLE_SECONDS = 0.005
"""What AWS promises of DynamoDB is single-digit milliseconds: this is the middle of them."""
COUNTED = 50
"""Requests of which reads and writes are counted."""
PRICE_VERSION = "2026-11"


@dataclass(frozen=True, slots=True)
class Metered:
    """One way of asking: seconds that metering adds to the median answer, and units of capacity.

    `own_seconds` is with tables that answer at once, `seconds` with tables as late as DynamoDB.
    """

    way: str
    own_seconds: float
    seconds: float
    read_units: float
    write_units: float

    @property
    def dollars_per_1000(self) -> float:
        """What 1,000 such answers cost more: capacity, the meter's too, and Lambda's time."""
        units = self.read_units * READ_UNIT.dollars + self.write_units * WRITE_UNIT.dollars
        waiting = max(0.0, self.seconds) * FUNCTION_GB * GB_SECOND[here()].dollars
        return 1000 * (units + METER_DOLLARS_PER_RECORD + waiting)


def metering(seconds: float) -> list[Metered]:
    """Measure in a process of its own that has as many processors as the function."""
    return [Metered(**one) for one in in_child("tests.bench.speed.metering", seconds=seconds)]


def figures(found: Sequence[Metered]) -> dict[str, Any]:
    """Return what goes into the last line, by way."""
    return {
        "metering_ms": {one.way: round(1000 * one.seconds, 2) for one in found},
        "metering_dollars_per_1000": {one.way: round(one.dollars_per_1000, 5) for one in found},
    }


def measure(seconds: float) -> list[Metered]:
    """Measure here; the process is spoiled for anything else."""
    inference = DeployedInference()
    inference.start()
    task = inference.publish_head(some_weights(LABELS))
    [picture] = photos(SIZE, 1).files
    event = inference.event(task, [{"_base64": base64.b64encode(picture).decode()}])
    found = []
    with _switch() as metered:
        for way in (PLAIN, KEYED, CAPPED):
            if way == CAPPED:
                _cap(inference)
            found.append(
                _measured(inference, metered, way, _asking(inference, event, way), seconds)
            )
    return found


def _measured(
    inference: DeployedInference,
    metered: "_Switch",
    way: str,
    ask: Callable[[], None],
    seconds: float,
) -> Metered:
    def alone() -> None:
        metered.on = False
        ask()

    def kept() -> None:
        metered.on = True
        ask()

    def added(table_seconds: float) -> float:
        inference.aws.wait_seconds = table_seconds
        without, with_it = interleaved([alone, kept], seconds)
        # Of each round: what slows the machine down slows both.
        return median(later - sooner for sooner, later in zip(without, with_it, strict=True))

    own, waiting = added(0.0), added(TABLE_SECONDS)
    inference.aws.wait_seconds = 0.0
    units = _units(inference, kept)
    beside = _units(inference, alone)
    note(f"metering, {way}: {1000 * own:.2f} ms, {1000 * waiting:.2f} ms with DynamoDB's time")
    # What both read, once a second at most, may fall on either side.
    reads, writes = (max(0.0, units[name] - beside[name]) for name in ("read", "write"))
    return Metered(way, own, waiting, reads, writes)


def _units(inference: DeployedInference, ask: Callable[[], None]) -> Mapping[str, float]:
    inference.aws.forget()
    for _ in range(COUNTED):
        ask()
    calls = inference.aws.calls
    return {
        "read": calls["half read units"] / 2 / COUNTED,
        "write": calls["write units"] / COUNTED,
    }


def _asking(inference: DeployedInference, event: dict[str, Any], way: str) -> Callable[[], None]:
    def ask() -> None:
        asked = {**event, "headers": dict(event["headers"])}
        if way == KEYED:
            asked["headers"]["Idempotency-Key"] = str(uuid.uuid4())
        answered(inference.send(asked))

    return ask


def _cap(inference: DeployedInference) -> None:
    """Put a cap on the workspace that nobody reaches, and wait until it is heard of."""
    prices = FilePriceLists().current(datetime.now(UTC).date())
    account = default_account(inference.workspace_id, prices)
    capped = replace(account, caps=(Cap(WHOLE, credits=10**9),))
    inference.aws.put_item(USAGE, account_put(Writes(USAGE), capped)["Put"]["Item"])
    time.sleep(1)


@dataclass(slots=True)
class _Switch:
    """Whether the handler's metering does anything."""

    on: bool = True


@contextmanager
def _switch() -> Iterator[_Switch]:
    """Let the handler's metering be switched off and on, while the block runs."""
    switch, settle, begin = _Switch(), Metering.settle, Reservations.begin

    def settle_or_not(self: Metering, *arguments: Any, **named: Any) -> Settled:
        if switch.on:
            return settle(self, *arguments, **named)
        return Settled(arguments[2])

    def begin_or_not(self: Reservations, *arguments: Any) -> Reserving:
        if switch.on:
            return begin(self, *arguments)
        return Reserving(None, self.release, Reservation(PRICE_VERSION))

    with (
        patch.object(Metering, "settle", settle_or_not),
        patch.object(Reservations, "begin", begin_or_not),
    ):
        yield switch


if __name__ == "__main__":
    print(json.dumps([asdict(one) for one in measure(**arguments_of_child())]))  # noqa: T201
