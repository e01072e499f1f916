"""The archive that a training job runs from."""

import os
import tarfile
from pathlib import Path

import pytest

from infra import job_source
from infra.job_source import NoJobSource, build_job_source

JOB_FILE = job_source.JOB / "train.py"


def names(archive: Path) -> list[str]:
    with tarfile.open(archive) as opened:
        return opened.getnames()


def test_the_same_sources_give_the_same_bytes_whenever_they_were_written(tmp_path: Path) -> None:
    first = build_job_source(tmp_path / "first").read_bytes()
    now = (JOB_FILE.stat().st_atime, JOB_FILE.stat().st_mtime)
    os.utime(JOB_FILE, (now[0], now[1] - 1000))
    try:
        second = build_job_source(tmp_path / "second").read_bytes()
    finally:
        os.utime(JOB_FILE, now)
    assert first == second


def test_the_script_finds_all_that_it_imports_at_the_root(tmp_path: Path) -> None:
    found = names(build_job_source(tmp_path))
    assert {"train.py", "network.py", "requirements.txt", "oriel_vision/__init__.py"} <= set(found)
    assert found == sorted(found)


def test_only_the_backbone_that_training_starts_from_travels_with_its_licence(
    tmp_path: Path,
) -> None:
    found = names(build_job_source(tmp_path))
    backbone = [name for name in found if name.startswith("oriel_vision/backbones/")]
    assert [name for name in backbone if not name.endswith(".py")] == [
        "oriel_vision/backbones/lite0/LICENSE",
        "oriel_vision/backbones/lite0/fp32.onnx",
    ]
    assert not [name for name in found if "__pycache__" in name or name.endswith(".pyc")]


def test_no_member_says_who_made_the_archive_or_when(tmp_path: Path) -> None:
    with tarfile.open(build_job_source(tmp_path)) as opened:
        assert {
            (member.uid, member.gid, member.uname, member.mtime, member.mode)
            for member in opened.getmembers()
        } == {(0, 0, "", 0, 0o644)}


def test_building_leaves_nothing_but_the_archive(tmp_path: Path) -> None:
    build_job_source(tmp_path)
    build_job_source(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["sourcedir.tar.gz"]


def test_a_missing_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_source, "BACKBONE_FILES", ("fp32.onnx", "fp64.onnx"))
    with pytest.raises(NoJobSource, match=r"lacks oriel_vision/backbones/lite0/fp64\.onnx"):
        build_job_source(tmp_path)
