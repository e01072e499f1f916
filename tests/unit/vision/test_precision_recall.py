import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from oriel_vision.precision_recall import Point, precision_recall

cases = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


def curve(case: list[tuple[float, bool]], drawn: int = 1000, best: int = 1000) -> tuple[Point, ...]:
    scores, carried = (np.array(column) for column in zip(*case, strict=True))
    return precision_recall(scores, carried, drawn, best)


def test_each_point_counts_what_reaches_its_threshold() -> None:
    points = curve([(0.9, True), (0.8, False), (0.8, True), (0.2, False)])
    assert points == ((0.9, 1, 1), (0.8, 3, 2), (0.2, 4, 2))


def test_thresholds_are_rounded_down_so_that_what_counted_reaches_them() -> None:
    ((threshold, given_count, _),) = curve([(0.12345678, True)])
    assert (threshold, given_count) == (0.123456, 1)


@given(cases)
def test_every_point_is_true(case: list[tuple[float, bool]]) -> None:
    for point in curve(case, 4, 3):
        reached = [carried for score, carried in case if int(score * 1e6) / 1e6 >= point.threshold]
        assert (point.given, point.right) == (len(reached), sum(reached))


@given(cases)
def test_the_last_point_gives_everything(case: list[tuple[float, bool]]) -> None:
    assert curve(case, 2, 2)[-1].given == len(case)


@given(cases, st.floats(0, 1), st.floats(0, 10), st.floats(0.1, 10))
def test_no_threshold_is_better_than_the_best_of_the_points(
    case: list[tuple[float, bool]], wanted: float, false_alarm: float, miss: float
) -> None:
    total = sum(carried for _, carried in case)
    everything = [Point(*point) for point in _all_points(case)]
    chosen = curve(case, drawn=1)

    def most_right(points: list[Point]) -> int:
        return max((p.right for p in points if p.right >= wanted * p.given), default=0)

    def cost(points: list[Point]) -> float:
        return min(false_alarm * (p.given - p.right) + miss * (total - p.right) for p in points)

    nothing = Point(2.0, 0, 0)
    assert most_right(list(chosen)) == most_right(everything)
    assert abs(cost([nothing, *chosen]) - cost([nothing, *everything])) < 1e-9


def test_many_points_are_thinned() -> None:
    random = np.random.default_rng(2)
    scores = random.uniform(size=5_000)
    points = precision_recall(scores, random.uniform(size=5_000) < scores, 20, 20)
    assert 20 <= len(points) <= 40
    assert points[-1].given == 5_000


def _all_points(case: list[tuple[float, bool]]) -> list[tuple[float, int, int]]:
    floored = [(int(score * 1e6) / 1e6, carried) for score, carried in case]
    thresholds = sorted({score for score, _ in floored}, reverse=True)
    reached = {t: [carried for score, carried in floored if score >= t] for t in thresholds}
    return [(t, len(found), sum(found)) for t, found in reached.items()]
