import pytest
from hypothesis import given
from hypothesis import strategies as st
from oriel.domain.evaluation import best, confidence
from oriel.domain.figures import wilson_interval


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_the_interval_contains_the_share(count: int, share: float) -> None:
    low, high = wilson_interval(share, count)
    assert 0 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 1


def test_the_interval_of_a_known_case() -> None:
    assert {wilson_interval(1.0, count)[1] for count in range(1, 100)} == {1.0}
    assert {wilson_interval(0.0, count)[0] for count in range(1, 100)} == {0.0}
    assert wilson_interval(0.9, 100) == pytest.approx((0.8256, 0.9448), abs=1e-4)


def test_the_first_of_equal_logits_wins() -> None:
    assert best([1.0, 3.0, 3.0]) == 1


def test_confidence_is_a_softmax_with_temperature() -> None:
    assert confidence([0.0, 0.0], 1.0) == pytest.approx(0.5)
    assert confidence([2.0, 0.0], 2.0) == pytest.approx(0.7310586)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20), st.floats(0.01, 100))
def test_confidence_never_overflows(logits: list[float], temperature: float) -> None:
    assert 1 / len(logits) - 1e-9 <= confidence(logits, temperature) <= 1
