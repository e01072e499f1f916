"""Model cards: true, complete, and safe to show whatever people write into them."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from oriel.domain.card.blocks import Bullets, Card, Chart, Matrix, Paragraph, Section, Series, Table
from oriel.domain.card.chart import chart_svg
from oriel.domain.card.content import card_of
from oriel.domain.card.html import to_html
from oriel.domain.card.markdown import escaped, to_markdown
from oriel.domain.card.matrix import matrix_svg
from oriel.domain.model import Model
from oriel.domain.task import TaskType

from tests.functional.core.things import Maker

HOSTILE = "</td></svg><script>alert('1')</script> | `x` [a](javascript:b) \"&amp;"
CURVE = {"total": 8, "count": 10, "points": [[0.9, 4, 4], [0.6, 8, 7], [0.3, 10, 8]]}


def published(task_type: TaskType = TaskType.MULTI_CLASS, **changes: Any) -> Model:
    make = Maker()
    model = make.evaluated(make.model(make.task("Bolts")))
    assert model.artifact is not None
    artifact = replace(model.artifact, task_type=task_type)
    made: dict[str, Any] = {"version": 2, "accuracy": 0.8, "artifact": artifact, **changes}
    return replace(model, **made)


def evaluation(name: str = "bolt") -> dict[str, Any]:
    labels = [
        {"id": "1", "name": name, "precision": 0.9, "recall": 0.8, "f1": 0.85, "support": 40},
        {"id": "2", "name": "nut", "precision": 0.7, "recall": 0.6, "f1": 0.65, "support": 12},
    ]
    bins = [
        {"low": 0.0, "high": 0.5, "count": 0, "confidence": 0.0, "share": 0.0},
        {"low": 0.5, "high": 1.0, "count": 52, "confidence": 0.8, "share": 0.75},
    ]
    worst = {
        "by": "label",
        "value": name,
        "count": 40,
        "score": 0.61,
        "rest": 0.9,
        "p_value": 0.01,
        "low": 0.5,
        "high": 0.7,
        "stands_out": True,
    }
    return {
        "train_count": 208,
        "test_count": 52,
        "near_duplicates": 17,
        "accuracy_interval": [0.71, 0.88],
        "per_label": labels,
        "confusion": [[30, 3], [10, 9]],
        "curves": {"overall": CURVE, "per_label": [{"id": "1", "name": name, **CURVE}]},
        "calibration": {"ece_before": 0.3, "ece_after": 0.04, "temperature": 1.7, "bins": bins},
        "slices": {
            "figure": "accuracy",
            "minimum": 20,
            "tested": 5,
            "too_small": 1,
            "worst_first": [worst],
        },
        "warnings": [{"code": "weak_slice", "message": f"Worse with {name}"}],
        "test_hash": "ab" * 32,
        "code_version": "c0de",
        "notes": {"left_out": {"two_labels": 3, "rejected": 0}, "job_epochs": 7},
    }


def written(**changes: Any) -> str:
    return to_markdown(card_of(published(), {**evaluation(), **changes}, "Sorts screws."))


@pytest.mark.parametrize(
    "fact",
    [
        "# Bolts, version 2",
        "Sorts screws.",
        "Trained on 208 pictures and measured on 52 pictures",
        "Near-duplicates: 17 pictures",
        "Left out: 3 pictures that carry two labels",
        "0.8000 \\(95 % interval 0.7100 to 0.8800\\)",
        "| bolt | 0.9000 | 0.8000 | 0.8500 | 40 |",
        "| predicted \\\\ actual | bolt | nut |",
        "| nut | 10 | 9 |",
        "| expected calibration error as served | 0.0400 |",
        "| label: bolt | 40 | 0.6100",
        "- Worse with bolt",
        "Fewer than 30 test pictures: nut.",
        "8-bit numbers",
        "| code version | c0de |",
        f"| test set \\(hash\\) | {'ab' * 32} |",
        "| epochs | 7 |",
    ],
)
def test_a_card_says(fact: str) -> None:
    assert fact in written()


def test_what_was_not_left_out_is_not_mentioned() -> None:
    assert "could not be read" not in written()


@pytest.mark.parametrize(
    ("task_type", "limit"),
    [
        (TaskType.MULTI_CLASS, "always chooses one of its labels"),
        (TaskType.MULTI_LABEL, "from a probability of 0.5 on"),
        (TaskType.REGRESSION, "does not say how sure it is"),
    ],
)
def test_each_type_of_task_has_limits_of_its_own(task_type: TaskType, limit: str) -> None:
    assert limit in to_markdown(card_of(published(task_type), {}, ""))


def test_a_regression_shows_its_errors_and_predictions() -> None:
    known = {
        "mae": 1.25,
        "rmse": 2.5,
        "r2": 0.875,
        "mae_interval": [1.0, 1.5],
        "test_count": 2,
        "predictions": [
            {"image_id": "1", "predicted": 7.5, "actual": 5.0},
            {"image_id": "2", "predicted": 1e9, "actual": 1e9},
        ],
    }
    card = card_of(published(TaskType.REGRESSION, accuracy=None), known, "")
    text = to_markdown(card)
    assert "| mean absolute error | 1.25 \\(95 % interval 1 to 1.5\\) |" in text
    assert "accuracy" not in text
    assert to_html(card).count("<circle") == 2


def test_a_model_from_before_there_was_more_has_a_card_all_the_same() -> None:
    assert "0.8000" in to_markdown(card_of(published(), {}, ""))


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_nobodys_words_become_markup_of_the_page() -> None:
    card = card_of(published(task_name=HOSTILE), evaluation(HOSTILE), f"{HOSTILE}\n\n# {HOSTILE}")
    page, tags = to_html(card), Tags()
    tags.feed(page)
    assert tags.found.isdisjoint({"script", "a", "img", "iframe", "object", "link", "form"})
    assert not [name for name in tags.attributes if name.startswith("on") or name == "style"]
    assert HOSTILE not in page
    # Nothing is loaded from anywhere.
    assert re.findall(r"(?:src|href)=|url\(|@import", page) == []


def test_nobodys_words_become_markup_of_the_markdown() -> None:
    text = to_markdown(card_of(published(), evaluation(HOSTILE), f"# {HOSTILE}\n- b\n\n> c"))
    lines = text.splitlines()
    assert [line for line in lines if line.startswith("# ")] == ["# Bolts, version 2"]
    assert not re.search(r"(?<!\\)[<`]", text)
    assert not re.search(r"(?<!\\)\]\(", text)
    rows = [line for line in lines if line.startswith("| \\<")]
    assert rows
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {4, 6}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb", "a b"),
        ("# a", "\\# a"),
        ("- a", "\\- a"),
        ("1. a", "1\\. a"),
        ("2026-11-21 is 0.5", "2026-11-21 is 0.5"),
        ("---", "\\---"),
        ("a_b*c", "a\\_b\\*c"),
    ],
)
def test_markdown_shows_a_text_as_it_is(text: str, shown: str) -> None:
    assert escaped(text) == shown


@pytest.mark.parametrize(
    "points",
    [
        (),
        ((1.0, 1.0),),
        ((0.0, 0.0), (0.0, 0.0)),
        ((-1e30, 1e30), (1e30, -1e30)),
        ((1e-9, 2e-9), (3e-9, 1e-9)),
        ((1e6, 1e6), (1e6 + 1e-3, 1e6)),
    ],
)
@pytest.mark.parametrize("diagonal", [True, False])
def test_a_chart_is_sound_whatever_its_points(
    points: tuple[tuple[float, float], ...], diagonal: bool
) -> None:
    chart = Chart("t", "x", "y", (Series("s", points),), False, diagonal, across=None)
    drawing = ET.fromstring(chart_svg(chart))  # noqa: S314 - our own
    width, height = float(drawing.attrib["width"]), float(drawing.attrib["height"])
    circles = [one for one in drawing.iter() if one.tag.endswith("circle")]
    assert len(circles) == len(points)
    assert all(0 <= float(one.attrib["cx"]) <= width for one in circles)
    assert all(0 <= float(one.attrib["cy"]) <= height for one in circles)
    ticks = [one for one in drawing.iter() if one.tag.endswith("line")]
    assert 4 <= len(ticks) <= 30


@pytest.mark.parametrize("count", [1, 2, 25, 40])
def test_a_matrix_has_a_cell_for_each_pair(count: int) -> None:
    names = tuple(f"label {number}" for number in range(count))
    matrix = Matrix(names, tuple(tuple(range(count)) for _ in names))
    drawing = ET.fromstring(matrix_svg(matrix))  # noqa: S314 - our own
    assert len([one for one in drawing.iter() if one.tag.endswith("rect")]) == count**2


def test_every_kind_of_block_is_written_down() -> None:
    blocks = (
        Paragraph("p"),
        Bullets(("b",)),
        Table(("h", "i"), (("c", "d"),)),
        Matrix(("m",), ((1,),)),
        Chart("t", "x", "y", (Series("s", ((0.0, 1.0),)),)),
    )
    card = Card("T", (Section("S", blocks),))
    assert to_markdown(card).count("\n\n") == 6
    assert to_html(card).count("<svg") == 2
