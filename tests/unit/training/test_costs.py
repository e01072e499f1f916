import pytest
from hypothesis import given
from hypothesis import strategies as st
from oriel.domain.costs import Judged, priced

EQUAL = ((0.0, 1.0), (1.0, 0.0))
SURE, UNSURE = ((0, 0.95), (1, 0.05)), ((0, 0.6), (1, 0.4))
JUDGED = Judged(chances=(SURE, SURE, UNSURE, UNSURE), actual=(0, 0, 0, 1))


def test_equal_mistakes_cost_what_is_wrong() -> None:
    found = priced(JUDGED, EQUAL, None)
    assert found.best_label == found.least_costs
    assert (found.best_label.cost, found.best_label.accuracy) == (0.25, 0.75)
    assert (found.threshold, found.with_threshold) == (None, None)


def test_a_grave_mistake_is_avoided_where_it_is_likely_enough() -> None:
    # To say 0 of a 1 costs ten: at a chance of 0.4 it is better to say 1.
    found = priced(JUDGED, ((0.0, 10.0), (1.0, 0.0)), None)
    assert found.best_label.cost == 10 / 4
    assert found.least_costs.cost == 1 / 4
    assert found.least_costs.accuracy == 0.75


def test_silence_is_kept_where_it_is_cheaper() -> None:
    found = priced(JUDGED, EQUAL, 0.3)
    assert found.least_costs.answered == 0.5
    assert found.least_costs.accuracy == 1.0
    assert found.least_costs.cost == pytest.approx(0.15)
    assert found.threshold == 0.95
    assert found.with_threshold == found.least_costs


def test_nothing_is_told_where_nothing_is_worth_it() -> None:
    found = priced(Judged((UNSURE,), (1,)), EQUAL, 0.1)
    assert found.threshold is None
    assert found.with_threshold is not None
    assert (found.with_threshold.answered, found.with_threshold.accuracy) == (0.0, None)
    assert found.with_threshold.cost == 0.1


def test_a_label_that_no_picture_may_be_can_be_the_cheapest_answer() -> None:
    harmless = ((0.0, 9.0, 9.0), (9.0, 0.0, 9.0), (1.0, 1.0, 0.0))
    found = priced(Judged((((0, 0.5), (1, 0.5)),), (0,)), harmless, None)
    assert found.least_costs.cost == 1.0


@given(st.lists(st.tuples(st.floats(0.5, 1), st.booleans()), min_size=1), st.floats(0, 1))
def test_no_threshold_costs_less_than_the_chosen_one(
    cases: list[tuple[float, bool]], silence: float
) -> None:
    chances = tuple(((0, sure), (1, 1 - sure)) for sure, _ in cases)
    judged = Judged(chances, [int(not right) for _, right in cases])

    def cost(threshold: float) -> float:
        told = (float(not right) if sure >= threshold else silence for sure, right in cases)
        return sum(told) / len(cases)

    found = priced(judged, EQUAL, silence).with_threshold
    assert found is not None
    best = min(cost(threshold) for threshold in [2.0, *(sure for sure, _ in cases)])
    assert found.cost == pytest.approx(best)
