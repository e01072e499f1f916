from dataclasses import replace

import pytest
from oriel.domain.errors import InvalidInput
from oriel.domain.training import TrainingOptions
from oriel.domain.training_capacity import TrainingCapacity

ONE_AN_HOUR = TrainingCapacity(price_micros=1_000_000, most_instances=4)
OPTIONS = TrainingOptions(time_budget_seconds=3600)


def test_a_cost_shortens_the_time_by_what_is_billed_beside_it() -> None:
    granted = ONE_AN_HOUR.granted(replace(OPTIONS, max_cost_micros=500_000))
    assert granted.time_budget_seconds == 1800 - 300
    assert ONE_AN_HOUR.longest_seconds(granted) == 1800


def test_machines_share_what_may_be_spent() -> None:
    options = replace(OPTIONS, max_cost_micros=500_000, instance_count=2)
    assert ONE_AN_HOUR.granted(options).time_budget_seconds == 900 - 300


def test_a_generous_cost_changes_nothing() -> None:
    options = replace(OPTIONS, max_cost_micros=90_000_000)
    assert ONE_AN_HOUR.granted(options) == options
    assert ONE_AN_HOUR.longest_seconds(options) == ONE_AN_HOUR.longest_seconds(OPTIONS)


def test_a_cost_that_allows_nothing_is_told_what_would_do() -> None:
    with pytest.raises(InvalidInput, match=r"max_cost allows no training.*about 0\.10") as refusal:
        ONE_AN_HOUR.granted(replace(OPTIONS, max_cost_micros=50_000))
    assert "330 s of 1 machine" in str(refusal.value)
    ONE_AN_HOUR.granted(replace(OPTIONS, max_cost_micros=100_000))


def test_without_a_price_no_cost_can_be_kept() -> None:
    with pytest.raises(InvalidInput, match="training_price_per_hour"):
        TrainingCapacity().granted(replace(OPTIONS, max_cost_micros=500_000))


def test_no_more_machines_are_given_than_the_operator_allows() -> None:
    with pytest.raises(InvalidInput, match=r"instance_count: .* at most 4"):
        ONE_AN_HOUR.granted(replace(OPTIONS, instance_count=5))
    assert ONE_AN_HOUR.granted(replace(OPTIONS, instance_count=4)).instance_count == 4
