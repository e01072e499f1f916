import json
from dataclasses import replace

import pytest
from oriel.domain.model import ModelLabel
from oriel.domain.snapshot import (
    Snapshot,
    from_json,
    manifest,
    snapshot_key,
    take_snapshot,
    to_json,
)
from oriel.domain.split import Side
from oriel.domain.task import TaskType

from tests.unit.training.samples import (
    LABELS,
    TASK,
    WORKSPACE,
    copies,
    example,
    image,
    pictures,
    snapshot,
    task,
)


def taken(count: int, *, backwards: bool = False) -> Snapshot:
    both = pictures("boots", count) + pictures("shirts", count)
    return take_snapshot(task(), LABELS, both[::-1] if backwards else both)


def test_the_same_pictures_in_any_order_give_the_same_bytes() -> None:
    assert to_json(taken(30)) == to_json(taken(30, backwards=True))


def test_a_snapshot_survives_being_written_and_read() -> None:
    assert from_json(to_json(snapshot())) == snapshot()


def test_another_format_is_refused() -> None:
    document = {**json.loads(to_json(snapshot())), "format": 1}
    with pytest.raises(ValueError, match="format 1"):
        from_json(json.dumps(document).encode())


def test_the_file_says_what_the_training_job_reads() -> None:
    document = json.loads(to_json(snapshot()))
    assert document["format"] == 2
    assert document["workspace_id"] == WORKSPACE
    assert document["task_id"] == TASK
    assert document["task_type"] == "multi_class"
    assert document["labels"] == [
        {"id": "boots", "name": "Boots"},
        {"id": "shirts", "name": "Shirts"},
    ]
    assert len(document["items"]) == 60
    assert set(document["items"][0]) == {"image_id", "columns", "split", "sha256", "group"}
    assert {item["split"] for item in document["items"]} == {"train", "test"}
    assert document["test_hash"] == snapshot().test_hash()


def test_the_key_names_the_content() -> None:
    small, large = to_json(taken(30)), to_json(taken(31))
    assert snapshot_key(WORKSPACE, TASK, small) != snapshot_key(WORKSPACE, TASK, large)
    assert snapshot_key(WORKSPACE, TASK, small).startswith(
        f"ws/{WORKSPACE}/tasks/{TASK}/snapshots/"
    )


def test_the_test_hash_ignores_what_trains() -> None:
    before = taken(30)
    added = pictures("boots", 40, start=30)
    after = take_snapshot(task(), LABELS, pictures("boots", 30) + pictures("shirts", 30) + added)
    known = {item.image_id for item in before.items}
    new_tests = [item for item in after.side(Side.TEST) if item.image_id not in known]
    assert new_tests
    assert after.test_hash() != before.test_hash()
    same = [item for item in after.side(Side.TEST) if item.image_id in known]
    assert after.test_hash(same) == before.test_hash()


def test_the_test_hash_ignores_the_order_of_labels() -> None:
    both = pictures("boots", 30) + pictures("shirts", 30)
    swapped = take_snapshot(task(), LABELS[::-1], both)
    assert swapped.test_hash() == snapshot().test_hash()


def test_the_test_hash_changes_when_a_picture_goes() -> None:
    items = snapshot().side(Side.TEST)
    assert snapshot().test_hash(items[1:]) != snapshot().test_hash()


def test_the_manifest_lists_every_picture_below_its_prefix() -> None:
    listing = json.loads(manifest("s3://images/ws/w/images/", snapshot()))
    assert listing[0] == {"prefix": "s3://images/ws/w/images/"}
    assert listing[1:] == [item.image_id for item in snapshot().items]


def tagged() -> Snapshot:
    both = [example(image(f"both-{number}"), "boots", "shirts") for number in range(20)]
    none = [example(image(f"none-{number}")) for number in range(20)]
    one = pictures("boots", 20)
    return take_snapshot(task(TaskType.MULTI_LABEL), LABELS, both + none + one)


def valued(shift: float = 0.0) -> Snapshot:
    label = LABELS[:1]
    shown = [example(image(f"v-{n}"), "boots", value=n / 7 + shift) for n in range(40)]
    return take_snapshot(task(TaskType.REGRESSION), label, shown)


@pytest.mark.parametrize("taken", [tagged(), valued()])
def test_tags_and_values_survive_being_written_and_read(taken: Snapshot) -> None:
    assert from_json(to_json(taken)) == taken


def test_a_tagged_picture_has_all_its_columns_and_one_without_tags_has_none() -> None:
    items = {item["image_id"]: item for item in json.loads(to_json(tagged()))["items"]}
    assert items["both-3"]["columns"] == [0, 1]
    assert items["boots-3"]["columns"] == [0]
    assert items["none-3"]["columns"] == []
    assert "value" not in items["none-3"]


def test_a_picture_with_a_value_has_no_columns() -> None:
    item = json.loads(to_json(valued()))["items"][0]
    assert set(item) == {"image_id", "value", "split", "sha256", "group"}


def test_each_tag_is_there_and_missing_on_both_sides() -> None:
    taken = tagged()
    for side in Side:
        for column in range(2):
            assert {column in item.columns for item in taken.side(side)} == {True, False}


def test_other_values_are_another_test() -> None:
    assert valued().test_hash() == valued().test_hash()
    assert valued(shift=0.5).test_hash() != valued().test_hash()


def test_one_more_tag_is_another_test_though_no_picture_has_it() -> None:
    plain = tagged()
    more = replace(plain, labels=(*plain.labels, ModelLabel("socks", "Socks")))
    assert more.test_hash() != plain.test_hash()


def test_an_item_is_asked_only_for_the_answer_that_it_has() -> None:
    assert tagged().items[0].value is None
    with pytest.raises(ValueError, match="has no value"):
        _ = tagged().items[0].number
    assert valued().items[7].number > 0
    both = next(item for item in tagged().items if len(item.columns) == 2)
    with pytest.raises(ValueError, match="unpack"):
        _ = both.column


def test_pictures_that_stay_together_because_they_are_copies_are_counted() -> None:
    alike = [example(image(f"copy-{n}", perceptual_hash="ab" * 8), "boots") for n in range(3)]
    assert snapshot().near_duplicates() == 0
    both = [*pictures("boots", 30), *pictures("shirts", 30), *alike]
    assert take_snapshot(task(), LABELS, both, copies(alike)).near_duplicates() == 3
