from dataclasses import replace

import pytest
from plan import Plan, Speed, Workload, choose

WORK = Workload(
    train=1000, validation=100, test=100, an_epoch=1000, native_side=500, is_cached=True
)
DEEP = Speed(input_size=96, decode=0.001, trunk=0.001, top=0.001, step=0.005)
SHALLOW = Speed(input_size=96, decode=0.001, trunk=0.002, top=0.0003, step=0.001)
SPEEDS = {5: DEEP, 11: SHALLOW}


def test_with_much_time_the_largest_input_is_trained_deep_and_to_the_end() -> None:
    assert choose(WORK, SPEEDS, 10_000, 10) == Plan(224, 5, 10)


@pytest.mark.parametrize("seconds", [1, 3, 10, 30, 60, 120, 300])
def test_more_time_never_makes_less_of_a_plan(seconds: float) -> None:
    def rank(plan: Plan) -> tuple[int, ...]:
        if plan.epochs == 0:
            return ()
        return -plan.frozen_blocks, plan.input_size, plan.epochs

    assert rank(choose(WORK, SPEEDS, seconds, 10)) <= rank(choose(WORK, SPEEDS, 4 * seconds, 10))


def test_a_larger_input_is_taken_for_some_epochs_less() -> None:
    plan = choose(WORK, SPEEDS, 65, 10)
    assert plan.input_size == 96
    assert 6 <= plan.epochs < 10


def test_fewer_blocks_are_trained_where_the_preferred_ones_take_too_long() -> None:
    assert choose(WORK, SPEEDS, 12, 10).frozen_blocks == 11


def test_without_time_for_an_epoch_none_is_planned() -> None:
    assert choose(WORK, SPEEDS, 1, 10).epochs == 0
    assert choose(WORK, SPEEDS, -30, 10).epochs == 0


def test_small_pictures_are_magnified_at_most_four_times() -> None:
    assert choose(replace(WORK, native_side=28), SPEEDS, 10_000, 10).input_size == 96
    assert choose(replace(WORK, native_side=8), SPEEDS, 10_000, 10).input_size == 64


def test_a_trunk_that_runs_in_every_epoch_is_reckoned_with() -> None:
    live = replace(WORK, is_cached=False)
    assert choose(live, SPEEDS, 65, 10).epochs < choose(WORK, SPEEDS, 65, 10).epochs


def test_no_more_epochs_are_planned_than_asked_for() -> None:
    assert choose(WORK, SPEEDS, 10_000, 2) == Plan(224, 5, 2)
    assert choose(WORK, SPEEDS, 10_000, 0) == Plan(224, 5, 0)
