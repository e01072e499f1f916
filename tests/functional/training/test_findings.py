"""What evaluations find out beside the figures, with values that were worked out by hand."""

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from oriel.domain.figures import wilson_interval
from oriel.domain.model import ArtifactKind
from oriel.domain.task import TaskType

from tests.functional.training.measured import codes, evaluated, of_matrix, picture
from tests.unit.training.samples import image

CLASSES, TAGS, VALUES = TaskType.MULTI_CLASS, TaskType.MULTI_LABEL, TaskType.REGRESSION


def test_a_known_matrix_has_its_accuracy_and_an_interval_around_it() -> None:
    document = of_matrix([[178, 2, 5], [0, 245, 48], [18, 35, 190]])
    assert document["accuracy"] == pytest.approx(613 / 721)
    assert document["accuracy"] == pytest.approx(0.8502, abs=5e-5)
    assert document["confusion"] == [[178, 2, 5], [0, 245, 48], [18, 35, 190]]
    assert [label["support"] for label in document["per_label"]] == [196, 282, 243]
    interval = document["interval"]
    assert (interval["method"], interval["groups"], interval["level"]) == ("bootstrap", 721, 0.95)
    expected = wilson_interval(613 / 721, 721)
    assert (interval["low"], interval["high"]) == pytest.approx(expected, abs=0.006)
    assert document["accuracy_interval"] == [interval["low"], interval["high"]]
    assert "majority_class" not in codes(document)


def test_a_predictor_of_the_class_that_9_of_10_have_is_found_out() -> None:
    document = of_matrix([[900, 100], [0, 0]])
    assert document["accuracy"] == 0.9
    warning, never, *_ = document["warnings"]
    assert warning == {
        "code": "majority_class",
        "message": "Always answering 'Label 0' would be right for 90.0 %; the model is for 90.0 %",
    }
    assert (never["code"], "'Label 1'" in never["message"]) == ("never_answered", True)


def test_hardly_better_than_the_majority_is_said_to_be_perhaps_no_better() -> None:
    assert "maybe_majority_class" in codes(of_matrix([[890, 85], [10, 15]]))
    surely = codes(of_matrix([[890, 5], [10, 95]]))
    assert not {"majority_class", "maybe_majority_class"} & set(surely)


def test_without_a_mistake_the_interval_does_not_pretend_to_be_sure() -> None:
    document = of_matrix([[30, 0], [0, 20]])
    interval = document["interval"]
    assert interval["method"] == "wilson"
    assert (interval["low"], interval["high"]) == pytest.approx(wilson_interval(1.0, 50))
    assert "few_test_pictures" in codes(document)


def test_copies_widen_the_interval() -> None:
    def width(copies: int) -> float:
        items = [picture(n, (n % 2,), f"group-{n // copies}") for n in range(400)]
        wrong = {f"group-{n}" for n in range(0, 400 // copies, 4)}
        logits = [
            [2.0, 0.0] if (one.column == 0) != (one.group in wrong) else [0.0, 2.0] for one in items
        ]
        interval = evaluated(CLASSES, items, logits)["interval"]
        assert interval["groups"] == 400 // copies
        return float(interval["high"] - interval["low"])

    assert width(4) == pytest.approx(2 * width(1), rel=0.15)


def test_a_temperature_makes_confidences_true() -> None:
    # 3 of 4 are right, and a logit of ln 3 says so; those that came in are three times as sure.
    items = [picture(n, (0,)) for n in range(400)]
    sure = 3 * float(np.log(3))
    logits = [[sure, 0.0] if n % 4 else [0.0, sure] for n in range(400)]
    document = evaluated(CLASSES, items, logits, temperature=3.0)
    calibration = document["calibration"]
    assert calibration["temperature"] == 3.0
    assert calibration["ece_before"] == pytest.approx(27 / 28 - 3 / 4)
    assert calibration["ece_after"] == pytest.approx(0, abs=1e-9)
    assert (document["ece_before"], document["ece_after"]) == (
        calibration["ece_before"],
        calibration["ece_after"],
    )
    bins = calibration["bins"]
    assert len(bins) == 15
    assert all(left["high"] == right["low"] for left, right in pairwise(bins))
    (used,) = [one for one in bins if one["count"]]
    assert (used["count"], used["share"]) == (400, 0.75)


def test_a_head_of_tags_has_no_calibration_to_be_without() -> None:
    items = [picture(n, (0,) if n % 2 else ()) for n in range(40)]
    logits = [[2.0] if n % 2 else [-2.0] for n in range(40)]
    head = evaluated(TAGS, items, logits, kind=ArtifactKind.HEAD)
    assert head["calibration"]["ece_before"] is None
    network = evaluated(TAGS, items, logits, temperature=2.0)["calibration"]
    assert network["ece_before"] == pytest.approx(1 - 1 / (1 + np.exp(-2)))
    assert network["ece_after"] == pytest.approx(1 - 1 / (1 + np.exp(-1)))


def test_curves_count_what_thresholds_give() -> None:
    document = of_matrix([[40, 10], [0, 30]])
    overall = document["curves"]["overall"]
    # All confidences are equal, so that there is one threshold alone.
    assert (overall["total"], overall["count"]) == (80, 80)
    ((threshold, given, right),) = overall["points"]
    assert (given, right) == (80, 70)
    assert threshold == pytest.approx(1 / (1 + np.exp(-3)), abs=1e-6)
    first, second = document["curves"]["per_label"]
    assert (first["id"], first["total"], first["points"][0][1:]) == ("label-0", 40, [50, 40])
    assert (second["total"], second["points"][0][1:]) == (40, [30, 30])


def test_chances_are_the_likeliest_classes_of_each_picture() -> None:
    items = [picture(0, (0,)), picture(1, (2,))]
    logits = [[0.0, 0.0, -50.0], [0.0, 0.0, 2.0]]
    first, second = evaluated(CLASSES, items, logits)["chances"]
    assert first == [[0, 0.5], [1, 0.5]]
    assert second == [[2, 0.787], [0, 0.1065], [1, 0.1065]]


def test_a_weak_kind_of_picture_is_named() -> None:
    items = [picture(n, (n % 2,)) for n in range(300)]
    dark = {f"image-{n:05}" for n in range(60)}
    images = {
        one.image_id: replace(
            image(one.image_id),
            brightness=20.0 if one.image_id in dark else 150.0,
            meta_data={"shelf": int(one.image_id[-1])},
        )
        for one in items
    }
    logits = [
        [1.0, 0.0] if (one.column == 0) != (one.image_id in dark and n % 3 == 0) else [0.0, 1.0]
        for n, one in enumerate(items)
    ]
    document = evaluated(CLASSES, items, logits, images=images)
    slices = document["slices"]
    worst = slices["worst_first"][0]
    assert (worst["by"], worst["value"]) == ("brightness", "below 64 of 255")
    assert (worst["count"], worst["stands_out"]) == (60, True)
    assert worst["score"] == pytest.approx(2 / 3)
    assert worst["rest"] == 1.0
    assert worst["low"] < worst["score"] < worst["high"]
    # Both labels, ten shelves and two brightnesses; the size is the same for all.
    assert (slices["tested"], slices["minimum"], slices["figure"]) == (14, 20, "accuracy")
    assert document["worst_slice"] == worst
    assert "weak_slice" in codes(document)


def test_pictures_whose_brightness_is_unknown_are_counted() -> None:
    items = [picture(n, (n % 2,)) for n in range(50)]
    known = {one.image_id: replace(image(one.image_id), brightness=9.0) for one in items[:30]}
    older = {one.image_id: image(one.image_id) for one in items[30:45]}
    logits = [[1.0, 0.0]] * 50
    slices = evaluated(CLASSES, items, logits, images={**known, **older})["slices"]
    assert slices["unknown_brightness"] == 20


def test_a_tagger_that_gives_nothing_is_no_better_than_that() -> None:
    items = [picture(n, (0,) if n % 5 == 0 else ()) for n in range(200)]
    nothing = evaluated(TAGS, items, [[-1.0]] * 200)
    assert nothing["accuracy"] == 0.8
    assert "majority_class" in codes(nothing)
    right = [[1.0] if n % 5 == 0 else [-1.0] for n in range(200)]
    assert "majority_class" not in codes(evaluated(TAGS, items, right))


def test_labels_that_hardly_any_test_picture_has_are_named() -> None:
    document = of_matrix([[100, 0, 0], [0, 100, 0], [0, 0, 3]])
    (warning,) = [one for one in document["warnings"] if one["code"] == "labels_hardly_tested"]
    assert warning["message"].startswith("Fewer than 10 test pictures carry 'Label 2'")


def test_a_regression_has_intervals_of_its_errors() -> None:
    random = np.random.default_rng(1)
    values = random.uniform(0, 10, 200)
    items = [picture(n, float(value)) for n, value in enumerate(values)]
    logits = [[float(value)] for value in values + random.normal(0, 1, 200)]
    document = evaluated(VALUES, items, logits)
    assert document["interval"]["figure"] == "mae"
    for figure in ("mae", "r2"):
        low, high = document[f"{figure}_interval"]
        assert low < document[figure] < high
    assert (document["calibration"], document["curves"], document["chances"]) == (None, None, [])
    assert "accuracy_interval" not in document
    assert codes(document) == []


def test_errors_of_a_slice_are_larger_where_it_is_worse() -> None:
    items = [picture(n, float(n)) for n in range(200)]
    logits = [[n + (8.0 if n < 50 else 1.0)] for n in range(200)]
    document = evaluated(VALUES, items, logits)
    worst = document["slices"]["worst_first"][0]
    assert (worst["by"], worst["value"], worst["stands_out"]) == ("value", "0 to 50", True)
    assert (worst["score"], worst["rest"], worst["low"], worst["high"]) == (8.0, 1.0, 8.0, 8.0)
    assert document["slices"]["figure"] == "mae"


def test_always_answering_the_mean_is_found_out() -> None:
    items = [picture(n, float(n)) for n in range(101)]
    assert "mean_value" in codes(evaluated(VALUES, items, [[50.0]] * 101))


def test_values_that_do_not_vary_have_no_interval_of_r2() -> None:
    items = [picture(n, 2.0) for n in range(20)]
    document = evaluated(VALUES, items, [[2.0 + n] for n in range(20)])
    assert (document["r2"], "r2_interval" in document) == (None, False)


@pytest.mark.parametrize("task_type", [CLASSES, TAGS])
def test_a_large_evaluation_stays_small_enough_to_be_read(task_type: TaskType) -> None:
    labels, count = 200, 400
    random = np.random.default_rng(4)
    items = [picture(n, (int(random.integers(labels)),)) for n in range(count)]
    logits = random.normal(0, 3, (count, labels)).tolist()
    document = evaluated(task_type, items, logits)
    points = sum(len(curve["points"]) for curve in document["curves"]["per_label"])
    assert points <= 20_000
    small = {name: part for name, part in document.items() if name != "failed_images"}
    assert len(json.dumps(small)) < 1_000_000
    assert len(document["slices"]["worst_first"]) <= 100
