import math
import random
from collections.abc import Sequence

import pytest
from oriel.domain.task import TaskType
from oriel.domain.trial import MIN_COUNT, Scores, Tally, TrialVerdict, judge_trial
from oriel.domain.trial_record import MICRO, WORST, Given, micro_score

ENDS = {TrialVerdict.BETTER, TrialVerdict.WORSE}


def scores(values: Sequence[float]) -> Scores:
    return Scores(len(values), sum(values), sum(value * value for value in values))


def run(seed: int, right: tuple[float, float], share: float, labels: int) -> TrialVerdict:
    """Label pictures one by one and look each time; return where it ends."""
    draw = random.Random(seed)  # noqa: S311 - a simulation
    sums, verdict = {True: [0, 0], False: [0, 0]}, TrialVerdict.COLLECTING
    for _ in range(labels):
        candidate = draw.random() < share
        sums[candidate][0] += 1
        sums[candidate][1] += draw.random() < right[not candidate]
        ours, theirs = (Scores(n, good, good) for n, good in (sums[True], sums[False]))
        verdict = judge_trial(Tally(ours, theirs), paired=False).verdict
        if verdict in ENDS:
            break
    return verdict


@pytest.mark.parametrize("share", [0.5, 0.1])
@pytest.mark.parametrize("accuracy", [0.5, 0.9, 0.98])
def test_looking_after_every_label_ends_few_trials_of_equal_versions(
    share: float, accuracy: float
) -> None:
    ended = sum(run(seed, (accuracy, accuracy), share, 600) in ENDS for seed in range(100))
    assert ended <= 8, "5 % may end; 9 of 100 would be no accident"


@pytest.mark.parametrize(("right", "verdict"), [((0.6, 0.9), "worse"), ((0.95, 0.7), "better")])
def test_a_clear_difference_ends_nearly_every_trial_in_time(
    right: tuple[float, float], verdict: str
) -> None:
    ended = [run(seed, right, 0.5, 600).value for seed in range(40)]
    assert ended.count(verdict) >= 38


def test_nothing_is_said_of_few_labels() -> None:
    few = scores([0.0] * (MIN_COUNT - 1))
    many = scores([1.0] * 500)
    assert judge_trial(Tally(), paired=False).verdict is TrialVerdict.COLLECTING
    finding = judge_trial(Tally(few, many), paired=False)
    assert (finding.verdict, finding.difference) == (TrialVerdict.COLLECTING, -1.0)
    assert finding.p_value is None


def test_p_interval_and_verdict_say_the_same() -> None:
    for good in range(0, 101, 2):
        ours = scores([1.0] * good + [0.0] * (100 - good))
        finding = judge_trial(Tally(ours, scores([1.0] * 80 + [0.0] * 20)), paired=False)
        assert finding.interval is not None
        assert finding.p_value is not None
        low, high = finding.interval
        ends = finding.verdict in ENDS
        assert ends == (finding.p_value <= 0.05) == (not low < 0 < high)


def test_answers_to_the_same_pictures_need_fewer_labels() -> None:
    ours, theirs = [1.0] * 70 + [0.0] * 30, [1.0] * 90 + [0.0] * 10
    pairs = scores([mine - other for mine, other in zip(ours, theirs, strict=True)])
    tally = Tally(scores(ours), scores(theirs), pairs)
    apart, paired = (judge_trial(tally, paired=paired) for paired in (False, True))
    assert paired.difference == pytest.approx(-0.2)
    assert apart.difference == pytest.approx(-0.2)
    assert paired.p_value is not None
    assert apart.p_value is not None
    assert paired.p_value < apart.p_value
    assert paired.verdict is TrialVerdict.WORSE


@pytest.mark.parametrize(
    ("task_type", "answer", "truth", "score"),
    [
        (TaskType.MULTI_CLASS, frozenset({"a"}), frozenset({"a"}), 1),
        (TaskType.MULTI_CLASS, frozenset({"a"}), frozenset({"b"}), 0),
        (TaskType.MULTI_LABEL, frozenset({"a", "b"}), frozenset({"b", "c"}), 1 / 3),
        (TaskType.MULTI_LABEL, frozenset(), frozenset(), 1),
        (TaskType.MULTI_LABEL, frozenset(), frozenset({"a"}), 0),
        (TaskType.REGRESSION, 7.0, 4.0, -1.5),
        (TaskType.REGRESSION, 1e300, -1e300, WORST),
    ],
)
def test_right_answers_score_one_and_errors_count_below_zero(
    task_type: TaskType, answer: Given, truth: Given, score: float
) -> None:
    found = micro_score(task_type, answer, truth, error_scale=2.0)
    assert math.isclose(found / MICRO, score, abs_tol=1e-6)
