"""Units are told once, whatever happens on the way."""

from datetime import date, timedelta

import pytest
from oriel.domain.billing.exports import ExportedTooMuch, ExportRefused, ExportUndecided
from oriel.domain.errors import Conflict, TemporarilyUnavailable

from tests.fakes.exports import Died
from tests.functional.export.world import CUSTOMER, OTHER, SECOND, WORKSPACE, World


def test_each_hour_tells_what_has_come_since(world: World) -> None:
    world.use(5)
    assert world.export() == 5
    assert world.export() == 0
    world.use(2)
    assert world.export() == 2
    assert (world.stripe.units(CUSTOMER), world.stripe.calls) == (7, 2)


def test_days_are_told_apart_and_as_of_their_own_time(world: World) -> None:
    world.use(1)
    world.use(2, days_ago=1)
    world.use(4, days_ago=33)
    world.use(8, days_ago=36)
    assert world.export() == 15
    now = world.clock()
    days = [moment.date() for moment in sorted(world.stripe.times)]
    # What is too old for its own time is told as of now.
    assert days == [(now - timedelta(days=ago)).date() for ago in (33, 1, 0, 0)]


def test_a_fact_of_the_next_day_is_told_as_of_now(world: World) -> None:
    world.clock.now = world.clock.now.replace(hour=23, minute=55)
    world.use(3, days_ago=-1)
    assert world.export() == 3
    assert [moment.date() for moment in world.stripe.times] == [world.today]


def test_nothing_is_told_of_before_a_workspace_became_a_customer(world: World) -> None:
    world.customer(WORKSPACE, CUSTOMER, world.today)
    world.use(9, days_ago=1)
    world.use(2)
    assert world.export() == 2
    world.customer(WORKSPACE, "", None)
    world.use(2)
    assert world.export() == 0


@pytest.mark.parametrize("fault", ["lost", "cut", "busy", "down"])
def test_a_piece_without_an_answer_is_sent_again_under_its_name(world: World, fault: str) -> None:
    world.use(5)
    world.stripe.faults = [fault]
    with pytest.raises(TemporarilyUnavailable):
        world.export()
    world.use(4)
    assert world.export() == 9
    assert world.stripe.units(CUSTOMER) == 9


@pytest.mark.parametrize("faults", [["before"], ["after"], ["", "before"], ["", "after"]])
def test_whoever_dies_at_a_write_leaves_it_exact(world: World, faults: list[str]) -> None:
    world.use(5)
    world.cursors.faults = list(faults)
    with pytest.raises(Died):
        world.export()
    world.use(1)
    world.export()
    assert world.stripe.units(CUSTOMER) == 6


def test_what_may_have_been_taken_a_day_ago_waits_for_a_person(world: World) -> None:
    world.use(5)
    world.use(2, days_ago=1)
    world.stripe.faults = ["", "lost"]
    with pytest.raises(TemporarilyUnavailable):
        world.export()
    day, calls = world.today, world.stripe.calls
    world.clock.advance(23 * 3600)
    world.use(1)
    with pytest.raises(ExportUndecided, match=f"{WORKSPACE}:{day}:0"):
        world.export()
    # The other days are told, and the piece itself was not sent again.
    assert (world.stripe.units(CUSTOMER), world.stripe.calls) == (8, calls + 1)
    world.decisions.decide(WORKSPACE, day, taken=True)
    assert world.export() == 0
    with pytest.raises(Conflict):
        world.decisions.decide(WORKSPACE, day, taken=True)


def test_what_was_not_taken_is_sent_anew_when_a_person_says_so(world: World) -> None:
    world.use(5)
    world.stripe.faults = ["cut"]
    with pytest.raises(TemporarilyUnavailable):
        world.export()
    world.clock.advance(30 * 3600)
    world.use(2, days_ago=1)
    world.decisions.decide(WORKSPACE, world.today - timedelta(days=1), taken=False)
    assert world.export() == 7
    assert world.stripe.units(CUSTOMER) == 7


def test_a_person_who_is_wrong_within_a_day_does_no_harm(world: World) -> None:
    world.clock.now = world.clock.now.replace(hour=1)
    day = world.today
    world.use(5)
    world.stripe.faults = ["lost"]
    with pytest.raises(TemporarilyUnavailable):
        world.export()
    with pytest.raises(Conflict, match="by itself"):
        world.decisions.decide(WORKSPACE, day, taken=False)
    world.clock.advance(23 * 3600 - 60)
    world.use(2)
    world.clock.advance(60)
    world.decisions.decide(WORKSPACE, day, taken=False)
    # The same piece as before: Stripe knows it, and what has come since is another one.
    assert world.export() == 7
    assert (world.stripe.units(CUSTOMER), world.stripe.duplicates) == (7, 1)


def test_a_day_that_is_refused_holds_up_no_other(world: World) -> None:
    world.use(5, days_ago=1)
    world.use(3)
    world.stripe.customers.clear()
    with pytest.raises(ExportRefused):
        world.export()
    assert world.stripe.calls == 2
    world.stripe.customers.add(CUSTOMER)
    assert world.export() == 8


def test_fewer_units_than_were_told_are_a_fault_and_no_event(world: World) -> None:
    world.use(5)
    world.export()
    world.use(-1)
    with pytest.raises(ExportedTooMuch, match="5 units of 2026-11-21 were told, 4 used"):
        world.export()
    assert world.stripe.calls == 1


def test_of_two_that_tell_at_once_one_gives_way(world: World) -> None:
    world.use(5)
    cursor = world.cursors.find(WORKSPACE, world.today, world.today)
    assert not cursor
    world.export()
    [seen] = world.cursors.find(WORKSPACE, world.today, world.today).values()
    with pytest.raises(Conflict):
        world.cursors.save(seen)


def test_a_round_sends_each_customer_on_a_way_of_its_own(world: World) -> None:
    world.customer(OTHER, SECOND, world.today)
    world.customer("without", "", None)
    assert world.round.begin() == 2
    assert dict(world.queue.waiting) == {
        WORKSPACE: world.today - timedelta(days=3),
        OTHER: world.today,
    }


def test_the_first_round_of_a_day_looks_at_all_days(world: World) -> None:
    world.clock.now = world.clock.now.replace(hour=0)
    world.round.begin()
    assert world.queue.waiting == [(WORKSPACE, world.today - timedelta(days=400))]
    assert date(2024, 1, 1) < world.today - timedelta(days=400)
