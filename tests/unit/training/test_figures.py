import pytest
from oriel.domain.figures import (
    ClassFigures,
    LabelFigures,
    TagFigures,
    ValueFigures,
)

from tests.unit.training.samples import LABELS

OWN = LabelFigures(0.5, 0.25, 1 / 3, 4)


def tags(*precisions: float | None) -> TagFigures:
    return TagFigures(0.75, 0.5, 0.6, (OWN,) * len(precisions), precisions)


def test_a_tag_that_no_test_picture_has_does_not_count_in_the_mean() -> None:
    assert tags(0.5, None, 1.0).mean_average_precision == 0.75


def test_without_any_tagged_test_picture_there_is_no_mean() -> None:
    figures = tags(None, None)
    assert figures.mean_average_precision is None
    assert figures.totals()["mean_average_precision"] is None


def test_each_tag_is_listed_with_its_average_precision() -> None:
    listed = tags(0.5, 0.25).by_label(LABELS)["per_label"]
    assert [tag["average_precision"] for tag in listed] == [0.5, 0.25]
    assert listed[0] == {
        "id": "boots",
        "name": "Boots",
        "precision": 0.5,
        "recall": 0.25,
        "f1": 1 / 3,
        "support": 4,
        "average_precision": 0.5,
    }


def test_classes_are_listed_with_what_they_are_taken_for() -> None:
    figures = ClassFigures(0.5, ((1, 0), (1, 0)), (OWN, OWN))
    found = figures.by_label(LABELS)
    assert found["confusion"] == [[1, 0], [1, 0]]
    assert [label["name"] for label in found["per_label"]] == ["Boots", "Shirts"]


@pytest.mark.parametrize("r2", [0.75, None])
def test_a_number_is_known_by_its_errors_alone(r2: float | None) -> None:
    figures = ValueFigures(1.5, 2.0, r2)
    assert figures.accuracy is None
    assert figures.totals() == {"mae": 1.5, "rmse": 2.0, "r2": r2}
    assert figures.by_label(LABELS[:1]) == {}
