"""What could make the figures of metering wrong without anybody seeing."""

import json

import pytest
from oriel.adapters.dynamodb.writes import Writes

from operate.aws_costs import METER_DOLLARS_PER_RECORD
from operate.aws_prices import READ_UNIT, WRITE_UNIT
from tests.bench.speed import metering, run
from tests.bench.speed.metering import CAPPED, KEYED, PLAIN, Metered
from tests.bench.speed.report_metering import metering_table
from tests.fakes.aws_wire import Unforeseen, WiredAws

DYNAMODB = "DynamoDB_20120810."
KEY = {"pk": "WS#w#REQ#one", "sk": "HOLD"}


def transact(aws: WiredAws, *items: object) -> float:
    aws.forget()
    body = json.dumps({"TransactItems": items}).encode()
    aws.answer("POST", "/", f"{DYNAMODB}TransactWriteItems", body)
    return aws.calls["write units"]


def test_writes_are_counted_as_dynamodb_bills_them() -> None:
    aws, writes = WiredAws(), Writes("usage")
    hold = {**KEY, "holdspk": "WS#w", "holdssk": "now"}
    # Twice in a transaction, and once in the index.
    assert transact(aws, writes.put(hold)) == 3
    assert transact(aws, writes.update(KEY, add={"taken": 1}), writes.check(KEY)) == 4
    assert transact(aws, writes.delete(KEY)) == 3
    assert transact(aws, writes.delete(KEY)) == 2
    assert transact(aws, writes.put({**KEY, "reply": "r" * 1500})) == 4


def test_what_is_written_twice_is_no_request() -> None:
    aws, writes = WiredAws(), Writes("usage")
    transact(aws, writes.put(KEY))
    with pytest.raises(Unforeseen, match="twice"):
        transact(aws, writes.put(KEY))


def test_tables_take_the_time_that_they_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("tests.fakes.aws_wire.time.sleep", waits.append)
    aws = WiredAws(wait_seconds=0.005)
    transact(aws, Writes("usage").put(KEY))
    assert waits == [0.005]


def test_each_way_of_asking_is_metered_and_answered() -> None:
    found = {one.way: one for one in metering.metering(seconds=0)}
    assert list(found) == [PLAIN, KEYED, CAPPED]
    # The fact, and once more in an index; a transaction with a hold that comes and goes, and with a
    # reply or a counter that moves.
    writes = [found[way].write_units for way in (PLAIN, KEYED, CAPPED)]
    assert 2 == writes[0] < writes[1] <= writes[2]
    assert found[PLAIN].read_units < 1


def test_dollars_are_those_of_capacity_and_of_lambdas_time() -> None:
    free = Metered(PLAIN, 0.0, 0.0, 2, 4)
    units = 2 * READ_UNIT.dollars + 4 * WRITE_UNIT.dollars
    expected = 1000 * (units + METER_DOLLARS_PER_RECORD)
    assert free.dollars_per_1000 == pytest.approx(expected)
    late = Metered(PLAIN, 0.0, 0.010, 2, 4)
    assert late.dollars_per_1000 > free.dollars_per_1000
    assert Metered(PLAIN, 0.0, -0.001, 2, 4).dollars_per_1000 == free.dollars_per_1000


def test_the_last_line_names_each_way() -> None:
    found = [Metered(way, 0.001, 0.0061, 0.5, 4) for way in (PLAIN, KEYED, CAPPED)]
    figures = metering.figures(found)
    assert set(figures) == {"metering_ms", "metering_dollars_per_1000"} <= set(run.NAMES)
    assert figures["metering_ms"] == {PLAIN: 6.1, KEYED: 6.1, CAPPED: 6.1}
    assert set(figures["metering_dollars_per_1000"]) == {PLAIN, KEYED, CAPPED}
    assert f"| {CAPPED}" in metering_table(found).markdown()
