import json
from pathlib import Path
from typing import Any

import pytest
from dataset import Dataset, read_dataset
from errors import TrainingImpossible
from job_folder import JobFolder, item
from objectives import objective_of


@pytest.fixture
def job(tmp_path: Path) -> JobFolder:
    return JobFolder(tmp_path, tmp_path)


def read(job: JobFolder, items: list[dict[str, Any]], labels: int = 2, seed: int = 0) -> Dataset:
    for one in items:
        (job.images / one["image_id"]).touch()
    job.write_snapshot(items, labels)
    return read_dataset(job.snapshot, job.images, seed)


def many(train: int = 20, test: int = 5) -> list[dict[str, Any]]:
    return [
        item(f"{label}-{number}", label, "train" if number < train else "test")
        for label in range(2)
        for number in range(train + test)
    ]


def ids(examples: Any) -> set[str]:
    return {example.image_id for example in examples}


def test_validation_pictures_are_some_of_each_label_of_the_training_side(job: JobFolder) -> None:
    found = read(job, many())
    assert [sum(label in e.columns for e in found.validation) for label in range(2)] == [3, 3]
    assert ids(found.validation).isdisjoint(ids(found.train))
    assert len(found.train) + len(found.validation) == 40
    assert ids(found.test) == {f"{label}-{n}" for label in range(2) for n in range(20, 25)}


def test_equal_pictures_never_train_and_validate(job: JobFolder) -> None:
    items = [{**one, "group": f"{one['columns']}-{one['image_id'][-1]}"} for one in many()]
    found = read(job, items)
    assert found.validation
    groups = [{example.group for example in side} for side in (found.train, found.validation)]
    assert groups[0].isdisjoint(groups[1])


def test_a_picture_that_stands_under_two_labels_leaves_neither_without(job: JobFolder) -> None:
    items = [
        item("a", 0, "train"),
        {**item("b", 0, "train"), "group": "shared"},
        {**item("c", 1, "train"), "group": "shared"},
        item("d", 1, "train"),
        item("e", 1, "train"),
    ]
    found = read(job, items)
    assert {column for example in found.train for column in example.columns} == {0, 1}


def test_the_seed_chooses_the_validation_pictures(job: JobFolder) -> None:
    drawn = [ids(read(job, many(), seed=seed).validation) for seed in (0, 0, 1)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_pictures_deleted_since_the_snapshot_are_left_out(job: JobFolder) -> None:
    read(job, many())
    (job.images / "0-3").unlink()
    found = read_dataset(job.snapshot, job.images, 0)
    assert len(found.train) + len(found.validation) == 39


def test_a_label_without_pictures_is_named(job: JobFolder) -> None:
    with pytest.raises(TrainingImpossible, match="'colour 2' has no training picture"):
        read(job, many(), labels=3)


def test_copies_of_one_picture_a_label_are_refused(job: JobFolder) -> None:
    items = [{**one, "group": str(one["columns"])} for one in many(test=0)]
    with pytest.raises(TrainingImpossible, match="add different pictures"):
        read(job, items)


def test_another_format_of_snapshot_is_refused(job: JobFolder) -> None:
    (job.snapshot / "one.json").write_text(json.dumps({"format": 1}))
    with pytest.raises(TrainingImpossible, match="format"):
        read_dataset(job.snapshot, job.images, 0)


def test_a_second_snapshot_is_refused(job: JobFolder) -> None:
    (job.snapshot / "one.json").touch()
    (job.snapshot / "two.json").touch()
    with pytest.raises(TrainingImpossible, match="2 files instead of one"):
        read_dataset(job.snapshot, job.images, 0)


def tagged(drawn: list[set[int]]) -> list[dict[str, Any]]:
    return [
        {**item(f"t-{number}", 0, "train"), "columns": sorted(columns)}
        for number, columns in enumerate(drawn)
    ]


def read_tagged(job: JobFolder, drawn: list[set[int]], labels: int = 3) -> Dataset:
    items = tagged(drawn)
    for one in items:
        (job.images / one["image_id"]).touch()
    job.write_snapshot(items, labels, "multi_label")
    return read_dataset(job.snapshot, job.images, 0)


def test_validation_has_pictures_of_each_tag_and_some_without_any(job: JobFolder) -> None:
    found = read_tagged(job, 40 * [{0}] + 40 * [{0, 1}] + 8 * [{2}] + 40 * [set()])
    for column in range(3):
        assert any(column in example.columns for example in found.validation)
    assert any(not example.columns for example in found.validation)
    assert 0.1 < len(found.validation) / 128 < 0.25


def test_each_tag_is_there_and_missing_in_training(job: JobFolder) -> None:
    found = read_tagged(job, [{0}, {0, 1, 2}, {1, 2}, {0, 2}, {1}])
    for column in range(3):
        assert {column in example.columns for example in found.train} == {True, False}


def test_a_tag_that_every_picture_has_is_named(job: JobFolder) -> None:
    with pytest.raises(TrainingImpossible, match="Every training picture has label 'colour 1'"):
        read_tagged(job, 20 * [{1}] + 20 * [{0, 1}], labels=2)


def test_values_are_read_with_their_pictures(job: JobFolder) -> None:
    job.add_valued(train=40, test=10)
    found = read_dataset(job.snapshot, job.images, 0)
    assert found.task_type == "regression"
    assert len(found.validation) == 6
    assert len(found.train) == 34
    values = {example.image_id: example.value for example in found.test}
    assert len(values) == 10
    assert all(isinstance(value, float) for value in values.values())
    assert not any(example.columns for example in found.test)


def test_pictures_of_one_value_are_refused_with_it(job: JobFolder) -> None:
    job.add_valued(scale=0.0, offset=7.5)
    with pytest.raises(TrainingImpossible, match=r"all pictures have the value 7\.5"):
        objective_of(read_dataset(job.snapshot, job.images, 0))


def test_another_type_of_task_is_refused(job: JobFolder) -> None:
    job.write_snapshot([], 1, "detection")
    with pytest.raises(TrainingImpossible, match="'detection' cannot be trained"):
        read_dataset(job.snapshot, job.images, 0)


def test_without_any_picture_nothing_is_trained(job: JobFolder) -> None:
    job.write_snapshot([], 1, "regression")
    with pytest.raises(TrainingImpossible, match="No training picture is left"):
        read_dataset(job.snapshot, job.images, 0)
