from dataclasses import replace

import pytest
import torch
from plan import COPIES, Plan, Speed, Workload, choose
from planning import ENOUGH_TO_WIDEN, frozen_stages

WORK = Workload(
    train=1000, validation=100, test=100, an_epoch=1000, native_side=500, may_cache=True
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
    assert 8 <= plan.epochs < 10


def test_fewer_blocks_are_trained_where_the_preferred_ones_take_too_long() -> None:
    assert choose(WORK, SPEEDS, 12, 10).frozen_blocks == 11


def test_too_few_epochs_to_be_of_use_are_not_begun() -> None:
    plans = [choose(WORK, SPEEDS, seconds, 10) for seconds in range(30)]
    assert {plan.epochs for plan in plans} & set(range(1, 4)) == set()
    assert plans[0].epochs == 0 < plans[-1].epochs


def test_some_epochs_less_are_trained_only_where_nothing_smaller_is_left() -> None:
    plans = [choose(WORK, SPEEDS, seconds / 4, 10) for seconds in range(120)]
    short = {(plan.input_size, plan.frozen_blocks) for plan in plans if 0 < plan.epochs < 8}
    assert short == {(64, 11)}


def test_the_probe_alone_takes_the_largest_input_that_there_is_time_for() -> None:
    slow = {5: replace(DEEP, step=1.0), 11: replace(SHALLOW, step=1.0)}
    sizes = [choose(WORK, slow, seconds, 10).input_size for seconds in (-30, 0, 10, 100)]
    assert sizes == [64, 64, 128, 224]


def test_small_pictures_are_magnified_at_most_four_times() -> None:
    assert choose(replace(WORK, native_side=28), SPEEDS, 10_000, 10).input_size == 96
    assert choose(replace(WORK, native_side=8), SPEEDS, 10_000, 10).input_size == 64


def test_a_trunk_that_takes_long_runs_once_on_some_copies_of_each_picture() -> None:
    assert choose(WORK, SPEEDS, 10_000, 10).copies == 0
    assert choose(WORK, {11: SHALLOW}, 10_000, 10).copies == COPIES
    assert choose(replace(WORK, may_cache=False), {11: SHALLOW}, 10_000, 10).copies == 0


def test_a_trunk_that_runs_in_every_epoch_is_reckoned_with() -> None:
    live = replace(WORK, may_cache=False)
    cached = choose(WORK, {11: SHALLOW}, 90, 10)
    assert choose(live, {11: SHALLOW}, 90, 10).input_size < cached.input_size


def test_no_more_epochs_are_planned_than_asked_for() -> None:
    assert choose(WORK, SPEEDS, 10_000, 2) == Plan(224, 5, 2)
    assert choose(WORK, SPEEDS, 10_000, 0) == Plan(224, 5, 0)


def test_a_chosen_input_size_is_kept_to_while_epochs_and_blocks_give_way() -> None:
    plans = [choose(WORK, SPEEDS, seconds, 10, 160) for seconds in (1, 60, 300, 10_000)]
    assert {plan.input_size for plan in plans} == {160}
    assert plans[0].epochs == 0
    assert plans[-1] == Plan(160, 5, 10)


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_few_pictures_open_only_the_last_blocks(device: str) -> None:
    few = frozen_stages(ENOUGH_TO_WIDEN - 1, torch.device(device))
    many = frozen_stages(ENOUGH_TO_WIDEN, torch.device(device))
    assert list(few) == [5]
    assert many[0] < 5
