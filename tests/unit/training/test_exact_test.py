import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oriel.domain.exact_test import corrected, fisher


def tail(bad: int, drawn: int, bad_of_all: int, of_all: int) -> float:
    ways = (
        math.comb(bad_of_all, found) * math.comb(of_all - bad_of_all, drawn - found)
        for found in range(bad, min(drawn, bad_of_all) + 1)
    )
    return sum(ways) / math.comb(of_all, drawn)


@given(st.data())
def test_the_p_value_is_the_upper_tail_of_draws_without_replacement(data: st.DataObject) -> None:
    of_all = data.draw(st.integers(1, 60))
    drawn, bad_of_all = data.draw(st.integers(1, of_all)), data.draw(st.integers(0, of_all))
    least = max(0, drawn + bad_of_all - of_all)
    bad = data.draw(st.integers(least, min(drawn, bad_of_all)))
    expected = tail(bad, drawn, bad_of_all, of_all)
    assert fisher(bad, drawn, bad_of_all, of_all) == pytest.approx(expected, rel=1e-9)


def test_a_known_case() -> None:
    # Fisher's lady tasting tea: all four of eight cups.
    assert fisher(4, 4, 4, 8) == pytest.approx(1 / 70)


def test_large_numbers_neither_overflow_nor_vanish() -> None:
    assert 0 < fisher(600, 1_000, 2_500, 5_000) < 1e-10
    assert fisher(480, 1_000, 2_500, 5_000) > 0.9


def test_p_values_are_corrected_for_their_number() -> None:
    assert corrected([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert corrected([0.6, 0.7]) == [1.0, 1.0]
    assert corrected([]) == []
