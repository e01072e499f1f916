import pytest
from oriel.domain.abstention import (
    OFF,
    Abstention,
    AbstentionMode,
    AbstentionReason,
    Costs,
    selective,
)
from oriel.domain.risk import RiskCoverage

LABELS = ("good", "scratch", "crack")
RISK = RiskCoverage.of([0.9] * 99 + [0.6] * 100, [True] * 99 + [True, False] * 50)


def at(threshold: float) -> Abstention:
    return Abstention(AbstentionMode.THRESHOLD, threshold=threshold)


def target(error: float) -> Abstention:
    return Abstention(AbstentionMode.TARGET_ERROR, target_error=error)


def costs(abstaining: float, **wrong: dict[str, float]) -> Abstention:
    return Abstention(AbstentionMode.COSTS, costs=Costs(abstaining, 1.0, wrong))


@pytest.mark.parametrize(
    ("setting", "chances", "reason"),
    [
        (OFF, (0.4, 0.3, 0.3), None),
        (at(0.7), (0.7, 0.2, 0.1), None),
        (at(0.7), (0.2, 0.69, 0.11), AbstentionReason.UNSURE),
        (target(0.01), (0.95, 0.03, 0.02), None),
        (target(0.01), (0.89, 0.1, 0.01), AbstentionReason.UNSURE),
        (target(0.3), (0.6, 0.3, 0.1), None),
        (target(0.001), (0.999, 0.001, 0.0), AbstentionReason.TARGET_OUT_OF_REACH),
        (costs(0.2), (0.81, 0.1, 0.09), None),
        (costs(0.2), (0.79, 0.1, 0.11), AbstentionReason.TOO_COSTLY),
        (costs(0.2, crack={"good": 50.0}), (0.99, 0.0, 0.01), AbstentionReason.TOO_COSTLY),
        (costs(0.2, crack={"good": 50.0}), (0.05, 0.0, 0.95), None),
        (costs(0.2, crack={"scratch": 0.0}), (0.0, 0.5, 0.5), None),
    ],
)
def test_each_setting_decides_by_what_it_says(
    setting: Abstention, chances: tuple[float, ...], reason: AbstentionReason | None
) -> None:
    assert setting.reason(LABELS, chances, RISK) is reason


def test_without_a_curve_no_target_can_be_kept() -> None:
    found = target(0.1).reason(LABELS, (1.0, 0.0, 0.0), None)
    assert found is AbstentionReason.NOT_MEASURED


def test_a_setting_is_measured_by_what_it_answers_and_gets_wrong() -> None:
    sure, unsure, wrong = (0.9, 0.1, 0.0), (0.5, 0.3, 0.2), (0.1, 0.8, 0.1)
    found = selective(at(0.7), LABELS, [(sure, 0), (unsure, 1), (wrong, 2), (sure, 0)], None)
    assert found.error == pytest.approx(1 / 3)
    assert (found.coverage, found.error_of_all) == (0.75, 0.5)


def test_where_nothing_is_answered_there_is_no_error() -> None:
    found = selective(at(1.0), LABELS, [((0.9, 0.1, 0.0), 0)], None)
    assert (found.coverage, found.error, found.error_of_all) == (0.0, None, 0.0)
