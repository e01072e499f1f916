"""The archive that a training job runs from."""

import os
import shutil
import tarfile
from pathlib import Path

import pytest

from infra.job_source import JOB, VISION_PACKAGE, NoJobSource, build_job_source


def names(archive: Path) -> list[str]:
    with tarfile.open(archive) as opened:
        return opened.getnames()


def test_the_same_sources_give_the_same_bytes_wherever_and_whenever_they_were_written(
    tmp_path: Path,
) -> None:
    job, vision = tmp_path / "job", tmp_path / "oriel_vision"
    shutil.copytree(JOB, job, copy_function=shutil.copyfile)
    shutil.copytree(VISION_PACKAGE, vision, copy_function=shutil.copyfile)
    os.utime(job / "train.py", (0, 0))
    copied = build_job_source(tmp_path / "copied", job, vision)
    assert copied.read_bytes() == build_job_source(tmp_path / "own").read_bytes()


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


def test_missing_files_are_named(tmp_path: Path) -> None:
    (tmp_path / "train.py").touch()
    with pytest.raises(NoJobSource, match=r"lacks .+fp32\.onnx, requirements\.txt"):
        build_job_source(tmp_path / "out", tmp_path, tmp_path / "oriel_vision")
