import json

import pytest
from oriel.domain.snapshot import (
    Snapshot,
    from_json,
    manifest,
    snapshot_key,
    take_snapshot,
    to_json,
)
from oriel.domain.split import Side

from tests.unit.training.samples import LABELS, TASK, WORKSPACE, pictures, snapshot


def taken(count: int, *, backwards: bool = False) -> Snapshot:
    both = pictures("boots", count) + pictures("shirts", count)
    return take_snapshot(WORKSPACE, TASK, LABELS, both[::-1] if backwards else both)


def test_the_same_pictures_in_any_order_give_the_same_bytes() -> None:
    assert to_json(taken(30)) == to_json(taken(30, backwards=True))


def test_a_snapshot_survives_being_written_and_read() -> None:
    assert from_json(to_json(snapshot())) == snapshot()


def test_another_format_is_refused() -> None:
    document = {**json.loads(to_json(snapshot())), "format": 2}
    with pytest.raises(ValueError, match="format 2"):
        from_json(json.dumps(document).encode())


def test_the_file_says_what_the_training_job_reads() -> None:
    document = json.loads(to_json(snapshot()))
    assert document["format"] == 1
    assert document["workspace_id"] == WORKSPACE
    assert document["task_id"] == TASK
    assert document["labels"] == [
        {"id": "boots", "name": "Boots"},
        {"id": "shirts", "name": "Shirts"},
    ]
    assert len(document["items"]) == 60
    assert set(document["items"][0]) == {"image_id", "label", "split", "sha256", "group"}
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
    after = take_snapshot(
        WORKSPACE, TASK, LABELS, pictures("boots", 30) + pictures("shirts", 30) + added
    )
    known = {item.image_id for item in before.items}
    new_tests = [item for item in after.side(Side.TEST) if item.image_id not in known]
    assert new_tests
    assert after.test_hash() != before.test_hash()
    same = [item for item in after.side(Side.TEST) if item.image_id in known]
    assert after.test_hash(same) == before.test_hash()


def test_the_test_hash_ignores_the_order_of_labels() -> None:
    both = pictures("boots", 30) + pictures("shirts", 30)
    swapped = take_snapshot(WORKSPACE, TASK, LABELS[::-1], both)
    assert swapped.test_hash() == snapshot().test_hash()


def test_the_test_hash_changes_when_a_picture_goes() -> None:
    items = snapshot().side(Side.TEST)
    assert snapshot().test_hash(items[1:]) != snapshot().test_hash()


def test_the_manifest_lists_every_picture_below_its_prefix() -> None:
    listing = json.loads(manifest("s3://images/ws/w/images/", snapshot()))
    assert listing[0] == {"prefix": "s3://images/ws/w/images/"}
    assert listing[1:] == [item.image_id for item in snapshot().items]
