"""Which object of a channel becomes which file."""

import json
from pathlib import Path

import pytest

from infra.local.training_jobs.channels import manifest_files, prefix_files
from infra.local.training_jobs.failures import JobFailed
from infra.local.training_jobs.storage import Location

TARGET = Path("/channel")


def manifest(*entries: object) -> bytes:
    return json.dumps(entries).encode()


def test_a_manifests_names_follow_its_prefix() -> None:
    content = manifest({"prefix": "s3://bucket/ws/1/images/"}, "a", "b/c")
    assert manifest_files(content, TARGET) == [
        (Location("bucket", "ws/1/images/a"), TARGET / "a"),
        (Location("bucket", "ws/1/images/b/c"), TARGET / "b" / "c"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"no json",
        b"{}",
        b"[]",
        manifest("s3://bucket/"),
        manifest({"prefix": "bucket/"}, "a"),
        manifest({"other": "s3://bucket/"}, "a"),
        manifest({"prefix": "s3://bucket/"}, 1),
        manifest({"prefix": "s3://bucket/"}, "../a"),
        manifest({"prefix": "s3://bucket/"}, "/a"),
        manifest({"prefix": "s3://bucket/"}, ""),
    ],
)
def test_what_is_no_manifest_is_refused(content: bytes) -> None:
    with pytest.raises(JobFailed, match="ClientError"):
        manifest_files(content, TARGET)


def test_a_single_object_keeps_its_own_name() -> None:
    place = Location("bucket", "snapshots/abc.json")
    assert prefix_files(["snapshots/abc.json"], place, TARGET) == [(place, TARGET / "abc.json")]


def test_objects_below_a_prefix_keep_their_folders() -> None:
    place = Location("bucket", "data/train/")
    assert prefix_files(["data/train/x/1.png"], place, TARGET) == [
        (Location("bucket", "data/train/x/1.png"), TARGET / "x" / "1.png")
    ]


def test_an_object_cannot_leave_its_channel() -> None:
    with pytest.raises(JobFailed, match="not a file name"):
        prefix_files(["data/../../etc/passwd"], Location("bucket", "data/"), TARGET)
