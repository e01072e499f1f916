import pytest
from oriel.domain.curves import Curve, CurvePoint, Curves, drawn, shares

from tests.unit.training.samples import LABELS

CURVE = Curve(
    total=10,
    count=40,
    points=tuple(
        CurvePoint(*point) for point in [(0.9, 4, 4), (0.7, 8, 7), (0.4, 15, 9), (0.1, 40, 10)]
    ),
)


def test_a_chosen_precision_finds_as_much_as_it_can() -> None:
    assert CURVE.for_precision(1.0) == (0.9, 4, 4)
    assert CURVE.for_precision(0.8) == (0.7, 8, 7)
    assert CURVE.for_precision(0.2) == (0.1, 40, 10)


def test_a_precision_that_no_threshold_has_is_not_promised() -> None:
    worse = Curve(10, 40, CURVE.points[1:])
    assert worse.for_precision(0.95) is None


def test_a_chosen_recall_is_as_precise_as_it_can_be() -> None:
    assert CURVE.for_recall(0.4) == (0.9, 4, 4)
    assert CURVE.for_recall(0.75) == (0.4, 15, 9)
    assert CURVE.for_recall(1.0) == (0.1, 40, 10)


def test_of_what_is_not_there_nothing_can_be_found() -> None:
    nothing = Curve(0, 40, (CurvePoint(0.5, 40, 0),))
    assert nothing.for_recall(0.0) is None
    assert nothing.for_precision(0.0) is None


def test_costs_decide_how_much_is_given() -> None:
    assert CURVE.for_costs(1, 1) == (0.7, 8, 7)
    assert CURVE.for_costs(100, 1) == (0.9, 4, 4)
    assert CURVE.for_costs(0.01, 1) == (0.1, 40, 10)


def test_where_every_mistake_costs_more_than_finding_pays_nothing_is_given() -> None:
    poor = Curve(10, 40, (CurvePoint(0.9, 10, 1),))
    assert poor.for_costs(1, 1) is None


def test_shares_are_what_people_read() -> None:
    assert shares(CURVE, CURVE.points[1]) == {
        "threshold": 0.7,
        "precision": pytest.approx(7 / 8),
        "recall": 0.7,
        "given": 0.2,
    }
    assert shares(CURVE, None) is None


def test_curves_survive_being_written_and_read() -> None:
    written = Curves(CURVE, (CURVE, CURVE)).to_json(LABELS)
    assert Curve.from_json(written["overall"]) == CURVE
    assert [one["id"] for one in written["per_label"]] == ["boots", "shirts"]
    assert Curve.from_json(written["per_label"][1]) == CURVE


def test_a_drawn_curve_begins_and_ends_where_it_does() -> None:
    few = drawn(CURVE, 3)
    assert [one["threshold"] for one in few][::2] == [0.9, 0.1]
    assert len(drawn(CURVE, 100)) == 4
