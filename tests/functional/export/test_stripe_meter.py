"""The adapter against a server that behaves as Stripe documents it."""

from datetime import date, datetime, timedelta

import pytest
from oriel.adapters.stripe_meter import StripeMeter
from oriel.domain.billing.exports import Export, ExportRefused
from oriel.domain.errors import TemporarilyUnavailable

from tests.fakes.stripe_server import KEY, METER
from tests.functional.export.world import CUSTOMER, WORKSPACE, World

PIECE = Export(WORKSPACE, date(2026, 11, 21), 0, 7)


def meter(world: World, key: str = KEY, name: str = METER, tries_again: int = 0) -> StripeMeter:
    return StripeMeter(key, name, world.stripe.address, tries_again)


def test_units_are_told_of_the_customer(world: World) -> None:
    assert meter(world).send(PIECE, CUSTOMER, world.clock())
    assert world.stripe.units(CUSTOMER) == 7


def test_what_is_known_already_was_delivered(world: World) -> None:
    stripe = meter(world)
    assert stripe.send(PIECE, CUSTOMER, world.clock())
    assert not stripe.send(PIECE, CUSTOMER, world.clock())
    assert (world.stripe.units(CUSTOMER), world.stripe.duplicates) == (7, 1)


def test_a_lost_reply_is_not_an_answer_and_the_next_try_finds_it_there(world: World) -> None:
    world.stripe.faults = ["lost"]
    with pytest.raises(TemporarilyUnavailable):
        meter(world).send(PIECE, CUSTOMER, world.clock())
    assert not meter(world).send(PIECE, CUSTOMER, world.clock())
    assert world.stripe.units(CUSTOMER) == 7


@pytest.mark.parametrize("fault", ["lost", "cut", "busy", "down"])
def test_the_package_itself_tries_again_and_counts_once(world: World, fault: str) -> None:
    world.stripe.faults = [fault]
    # Of a 429 the package leaves it to its caller to come again.
    if fault == "busy":
        with pytest.raises(TemporarilyUnavailable):
            meter(world, tries_again=1).send(PIECE, CUSTOMER, world.clock())
    assert meter(world, tries_again=1).send(PIECE, CUSTOMER, world.clock())
    assert (world.stripe.units(CUSTOMER), world.stripe.duplicates) == (7, 0)


@pytest.mark.parametrize("fault", ["cut", "busy", "down"])
def test_what_was_not_answered_may_come_again(world: World, fault: str) -> None:
    world.stripe.faults = [fault]
    with pytest.raises(TemporarilyUnavailable):
        meter(world).send(PIECE, CUSTOMER, world.clock())
    assert world.stripe.units(CUSTOMER) == 0


def test_nobody_there_is_no_answer(world: World) -> None:
    with pytest.raises(TemporarilyUnavailable):
        StripeMeter(KEY, METER, "http://127.0.0.1:9", 0).send(PIECE, CUSTOMER, world.clock())


@pytest.mark.parametrize("late", [timedelta(days=36), -timedelta(minutes=6)])
def test_times_that_stripe_does_not_take_are_refused(world: World, late: timedelta) -> None:
    moment: datetime = world.clock() - late
    with pytest.raises(ExportRefused, match="35 calendar days"):
        meter(world).send(PIECE, CUSTOMER, moment)


def test_an_unknown_customer_or_meter_is_refused_in_stripes_words(world: World) -> None:
    with pytest.raises(ExportRefused, match="No such customer: 'cus_nobody'"):
        meter(world).send(PIECE, "cus_nobody", world.clock())
    with pytest.raises(ExportRefused, match="No active meter"):
        meter(world, name="other").send(PIECE, CUSTOMER, world.clock())


def test_a_wrong_key_is_refused_and_not_told(world: World) -> None:
    with pytest.raises(ExportRefused) as refused:
        meter(world, key="sk_test_wrong").send(PIECE, CUSTOMER, world.clock())
    assert "sk_test" not in str(refused.value)
    assert refused.value.__suppress_context__


def test_a_duplicate_of_another_name_is_no_delivery(world: World) -> None:
    other = Export(WORKSPACE, date(2026, 11, 21), 7, 1)
    assert meter(world).send(PIECE, CUSTOMER, world.clock())
    assert meter(world).send(other, CUSTOMER, world.clock())
    assert world.stripe.units(CUSTOMER) == 8
