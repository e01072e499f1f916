"""Paired tests of two models on the same pictures."""

import random
import time
from itertools import product
from math import comb

import pytest
from oriel.domain.comparison import Verdict, compare, mcnemar, sign_flip


def named(scores: list[float]) -> dict[str, float]:
    return {f"{place:05}": score for place, score in enumerate(scores)}


def rights(both: int, gained: int, lost: int, neither: int) -> tuple[dict[str, float], ...]:
    ours = [1] * (both + gained) + [0] * (lost + neither)
    theirs = [1] * both + [0] * gained + [1] * lost + [0] * neither
    return named([float(score) for score in ours]), named([float(score) for score in theirs])


@pytest.mark.parametrize(
    ("gains", "losses"), [(0, 0), (1, 0), (6, 0), (10, 2), (59, 6), (121, 150), (2600, 2400)]
)
def test_mcnemar_is_the_exact_binomial_test(gains: int, losses: int) -> None:
    tail = sum(comb(gains + losses, few) for few in range(min(gains, losses) + 1))
    expected = min(1, 2 * tail / 2 ** (gains + losses))

    assert mcnemar(gains, losses) == pytest.approx(expected, rel=1e-12)
    assert mcnemar(losses, gains) == mcnemar(gains, losses)


def test_six_to_none_is_the_least_that_shows_a_difference() -> None:
    assert (mcnemar(5, 0), mcnemar(6, 0)) == (0.0625, 0.03125)


def test_a_model_that_is_right_more_often_is_better_and_the_other_worse() -> None:
    ours, theirs = rights(both=80, gained=12, lost=2, neither=6)

    forth, back = (compare(*pair, binary=True) for pair in ((ours, theirs), (theirs, ours)))

    assert (forth.verdict, back.verdict) == (Verdict.BETTER, Verdict.WORSE)
    assert (forth.count, forth.gains, forth.losses, forth.test) == (100, 12, 2, "mcnemar_exact")
    assert forth.difference == pytest.approx(0.10)
    assert forth.interval == pytest.approx((0.02357, 0.17251), abs=1e-5)
    assert back.interval == pytest.approx((-0.17251, -0.02357), abs=1e-5)


def test_equal_models_are_undecided() -> None:
    ours, _ = rights(both=7, gained=0, lost=0, neither=3)

    same = compare(ours, dict(reversed(ours.items())), binary=True)

    assert (same.verdict, same.p_value, same.difference) == (Verdict.UNDECIDED, 1.0, 0.0)


def test_few_flips_are_all_tried() -> None:
    differences = [0.3, -0.1, 0.25, 0.4, 0.02, 0.6, -0.05, 0.1, 0.2]
    sums = [
        sum(sign * difference for sign, difference in zip(signs, differences, strict=True))
        for signs in product((1, -1), repeat=len(differences))
    ]
    extreme = sum(abs(total) >= sum(differences) - 1e-12 for total in sums)

    assert sign_flip(differences) == extreme / 512


def test_random_flips_agree_with_the_exact_test_and_with_themselves() -> None:
    differences = [1.0] * 40 + [-1.0] * 23

    assert sign_flip(differences) == pytest.approx(mcnemar(40, 23), abs=0.01)
    assert sign_flip(differences) == sign_flip(differences)


def test_equal_models_are_called_different_as_seldom_as_said() -> None:
    generator = random.Random(7)  # noqa: S311
    draws = [[generator.gauss(0, 1) for _ in range(30)] for _ in range(200)]

    called = sum(sign_flip(draw) < 0.05 for draw in draws)

    assert 2 <= called <= 20


def test_smaller_errors_are_better() -> None:
    generator = random.Random(3)  # noqa: S311
    theirs = [-abs(generator.gauss(0, 2)) for _ in range(60)]
    ours = [error / 2 for error in theirs]

    compared = compare(named(ours), named(theirs), binary=False)

    assert (compared.test, compared.verdict) == ("sign_flip", Verdict.BETTER)
    assert compared.interval is not None
    assert 0 < compared.interval[0] < compared.difference < compared.interval[1]


def test_a_few_differences_have_the_interval_of_student() -> None:
    # 3 +- 2.7764 * sqrt(2.5 / 5): the 97.5 percent point of Student with 4 degrees of freedom.
    scores = named([1.0, 2.0, 3.0, 4.0, 5.0])

    compared = compare(scores, dict.fromkeys(scores, 0.0), binary=False)

    assert compared.interval == pytest.approx((1.0368, 4.9632), abs=2e-3)


def test_copies_of_a_picture_are_no_evidence_of_their_own() -> None:
    ours, theirs = rights(both=50, gained=8, lost=0, neither=2)
    groups = {picture: "copies" if theirs[picture] < ours[picture] else picture for picture in ours}

    apart = compare(ours, theirs, binary=True)
    together = compare(ours, theirs, binary=True, groups=groups)

    assert (apart.verdict, together.verdict) == (Verdict.BETTER, Verdict.UNDECIDED)
    assert (together.test, together.p_value) == ("sign_flip", 1.0)


def test_a_single_picture_tells_nothing_of_the_spread() -> None:
    assert compare({"a": 2.5}, {"a": 1.0}, binary=False).interval is None


def test_five_thousand_pictures_take_moments() -> None:
    generator = random.Random(1)  # noqa: S311
    differences = [generator.gauss(0.1, 1) for _ in range(5_000)]
    start = time.process_time()

    assert sign_flip(differences) == pytest.approx(1 / 5_000)
    assert time.process_time() - start < 10


@pytest.mark.parametrize(("ours", "theirs"), [({}, {}), ({"a": 1.0}, {"b": 1.0})])
def test_other_pictures_are_refused(ours: dict[str, float], theirs: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="same test pictures"):
        compare(ours, theirs, binary=True)
