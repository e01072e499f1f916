"""A reservation in the making is kept or released, whoever comes first."""

import pytest
from oriel.services.reservations import Reservation, Reserving

MADE = Reservation("2026-01")


class Released:
    def __init__(self) -> None:
        self.all: list[Reservation] = []

    def __call__(self, reservation: Reservation) -> None:
        self.all.append(reservation)


@pytest.fixture
def released() -> Released:
    return Released()


def test_what_was_reserved_is_there_once_the_work_is_done(released: Released) -> None:
    reserving = Reserving(lambda: MADE, released)
    with pytest.raises(ValueError, match="nothing has been reserved"):
        _ = reserving.made
    assert reserving.work is not None
    reserving.work()
    assert reserving.made is MADE
    assert released.all == []


def test_there_is_no_work_where_nothing_is_to_be_asked(released: Released) -> None:
    reserving = Reserving(None, released, MADE)
    assert reserving.work is None
    assert reserving.made is MADE


def test_what_is_given_up_is_released(released: Released) -> None:
    reserving = Reserving(lambda: MADE, released)
    assert reserving.work is not None
    reserving.work()
    reserving.give_up()
    assert released.all == [MADE]


def test_what_is_given_up_too_early_is_released_when_it_is_there(released: Released) -> None:
    reserving = Reserving(lambda: MADE, released)
    reserving.give_up()
    assert released.all == []
    assert reserving.work is not None
    reserving.work()
    assert released.all == [MADE]


def test_what_could_not_be_reserved_is_not_released(released: Released) -> None:
    def fail() -> Reservation:
        raise RuntimeError("no")

    reserving = Reserving(fail, released)
    assert reserving.work is not None
    with pytest.raises(RuntimeError):
        reserving.work()
    reserving.give_up()
    assert released.all == []
