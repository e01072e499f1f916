import random
from itertools import pairwise

from oriel.domain.risk import MOST_POINTS, Kept, RiskCoverage


def test_a_curve_counts_what_is_kept_and_wrong_from_each_confidence_on() -> None:
    curve = RiskCoverage.of([0.5, 0.9, 0.8, 0.5], [False, True, False, True])
    assert curve is not None
    assert curve.points == (Kept(0.9, 1, 0), Kept(0.8, 2, 1), Kept(0.5, 4, 2))


def test_no_answers_are_no_curve() -> None:
    assert RiskCoverage.of([], []) is None


def test_the_threshold_keeps_as_many_answers_as_the_target_allows() -> None:
    confidences = [1 - number / 1000 for number in range(1000)]
    curve = RiskCoverage.of(confidences, [number < 500 for number in range(1000)])
    assert curve is not None
    assert curve.threshold_for(0.51) == confidences[-1]
    # 54 wrong ones and one more, among 554 and one more, are just below a tenth.
    threshold = curve.threshold_for(0.1)
    assert threshold is not None
    assert confidences[553] <= threshold <= confidences[553] + 0.02


def test_a_few_right_answers_prove_nothing() -> None:
    few, enough = (RiskCoverage.of([0.9] * count, [True] * count) for count in (98, 99))
    assert few is not None
    assert enough is not None
    assert few.threshold_for(0.01) is None
    assert enough.threshold_for(0.01) == 0.9


def test_a_long_curve_is_thinned_and_still_ends_with_all_answers() -> None:
    drawn = random.Random(1)  # noqa: S311 - no secret
    confidences = [drawn.random() for _ in range(5000)]
    curve = RiskCoverage.of(confidences, [drawn.random() < sure for sure in confidences])
    assert curve is not None
    assert len(curve.points) == MOST_POINTS
    assert curve.points[-1].answers == 5000
    counts = [point.answers for point in curve.points]
    assert max(b - a for a, b in pairwise(counts)) <= 101


def test_what_a_threshold_promises_holds_for_new_answers() -> None:
    """Over many draws the share of wrong answers among those kept is below the target."""
    drawn = random.Random(2)  # noqa: S311
    kept = wrong = 0
    for _ in range(200):
        sure = [0.5 + drawn.random() / 2 for _ in range(300)]
        curve = RiskCoverage.of(sure, [drawn.random() < chance for chance in sure])
        assert curve is not None
        threshold = curve.threshold_for(0.15)
        if threshold is None:
            continue
        for _ in range(100):
            chance = 0.5 + drawn.random() / 2
            if chance >= threshold:
                kept, wrong = kept + 1, wrong + (drawn.random() >= chance)
    assert kept > 5000
    assert 0.12 <= wrong / kept <= 0.16


def test_a_curve_comes_back_from_its_points() -> None:
    curve = RiskCoverage.of([0.5, 0.9], [False, True])
    assert curve is not None
    assert RiskCoverage.from_points([list(point) for point in curve.points]) == curve
    assert RiskCoverage.from_points(None) is None
