"""The largest model that there may be fits into one item."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from oriel.adapters.dynamodb.attributes import Item, decode, encode
from oriel.adapters.dynamodb.model_items import model_from_item, model_to_item
from oriel.domain.calibration import Calibration
from oriel.domain.cautions import cautions
from oriel.domain.evaluation import MAX_LABELS_IN_SUMMARY, Evaluation
from oriel.domain.figures import ClassFigures, Figures, LabelFigures, TagFigures
from oriel.domain.findings import Findings, Interval
from oriel.domain.ids import new_id
from oriel.domain.model import Model, ModelLabel
from oriel.domain.slices import Slice, Slices
from oriel.domain.task import MAX_LABEL_NAMES_BYTES, MAX_LABELS_OF_TASK

from tests.functional.core.conftest import Stores
from tests.functional.core.things import Maker

ITEM_BYTES = 400 * 1024
ROOM_FOR_NOTES_BYTES = 40_000
OF_LABEL = LabelFigures(0.3333333333333333, 0.6666666666666666, 0.4444444444444444, 1_000_000)
LONGEST_NAMES = {"CJK": "漢" * 200, "emoji": "🔩" * 200, "control characters": "\x01" * 200}


def of_classes(count: int) -> Figures:
    return ClassFigures(1 / 3, ((1_000_000,) * count,) * count, (OF_LABEL,) * count)


def of_tags(count: int) -> Figures:
    return TagFigures(1 / 3, 1 / 3, 1 / 3, (OF_LABEL,) * count, (1 / 3,) * count)


def longest_findings(name: str) -> Findings:
    """As much as there may be; names and values of meta data are cut before they come here."""
    named = ModelLabel("id", name)
    worst = Slice("label", name, 10**6, 1 / 3, 1 / 3, 1 / 3, 1 / 3, 1 / 3, stands_out=True)
    slices = Slices("accuracy", 10**4, 10**4, 10**6, ("漢" * 100,) * 50, (worst,) * 100)
    figures = ClassFigures(0.5, ((0,) * 20,) * 20, (OF_LABEL,) * 20)
    interval = Interval("accuracy", 1 / 3, 2 / 3, "bootstrap", 50)
    told = Findings(intervals=(interval,), slices=slices)
    calibration = Calibration(1 / 3, 1 / 3, 1 / 3, ())
    return replace(
        told,
        calibration=calibration,
        warnings=cautions(figures, replace(told, calibration=calibration), (named,) * 20, 100),
    )


def evaluation(
    labels: tuple[ModelLabel, ...], of_type: Callable[[int], Figures] = of_classes
) -> Evaluation:
    figures = of_type(len(labels))
    return Evaluation(
        *(new_id(), labels, figures, {}, 1, 1, "0" * 64, "snapshot", "code"),
        findings=longest_findings(labels[0].name),
    )


def model_with(
    make: Maker, names: list[str], of_type: Callable[[int], Figures] = of_classes
) -> Model:
    labels = tuple(ModelLabel(new_id(), name) for name in names)
    model = make.evaluated(make.model(make.task(name="漢" * 200)))
    assert model.artifact is not None
    artifact = replace(model.artifact, labels=labels)
    return replace(model, artifact=artifact, metrics=evaluation(labels, of_type).summary())


def item_bytes(item: Item) -> int:
    return sum(len(name.encode()) + len(str(value).encode()) for name, value in item.items())


@pytest.mark.parametrize("name", LONGEST_NAMES.values(), ids=LONGEST_NAMES)
@pytest.mark.parametrize("count", [MAX_LABELS_IN_SUMMARY, MAX_LABELS_OF_TASK])
@pytest.mark.parametrize("of_type", [of_classes, of_tags])
def test_the_longest_names_fit(
    stores: Stores, make: Maker, name: str, count: int, of_type: Callable[[int], Figures]
) -> None:
    bytes_of_one = len(json.dumps(name, ensure_ascii=False).encode()) + len(", ")
    long = min(count, (MAX_LABEL_NAMES_BYTES - 4 * count) // bytes_of_one)
    model = model_with(make, [name] * long + ["n"] * (count - long), of_type)
    item = decode(encode(model_to_item(model)))
    assert item_bytes(item) < ITEM_BYTES - ROOM_FOR_NOTES_BYTES
    assert model_from_item(item) == model
    task = make.task(id=model.task_id)
    stores.tasks.create(task)
    stores.tasks.begin_training(task, replace(model, task_name=task.name))
    assert stores.models.get(make.workspace_id, model.id).metrics == model.metrics


def test_a_model_from_before_there_were_other_types_tells_apart_classes(make: Maker) -> None:
    model = model_with(make, ["bolt", "nut"])
    item = decode(encode(model_to_item(model)))
    artifact = json.loads(item["artifact"])
    assert artifact.pop("task_type") == "multi_class"
    assert model_from_item({**item, "artifact": json.dumps(artifact)}) == model


def test_figures_of_many_labels_are_in_the_whole_evaluation_alone() -> None:
    few = evaluation(tuple(ModelLabel(new_id(), "n") for _ in range(MAX_LABELS_IN_SUMMARY)))
    many = evaluation((*few.labels, ModelLabel(new_id(), "n")))
    assert {"per_label", "confusion"} <= set(few.summary())
    assert {"per_label", "confusion"}.isdisjoint(many.summary())
    assert len(many.document()["per_label"]) == MAX_LABELS_IN_SUMMARY + 1
    assert len(many.document()["confusion"]) == MAX_LABELS_IN_SUMMARY + 1
