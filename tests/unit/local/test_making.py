"""Folders that are there whole or not at all."""

import threading
from pathlib import Path

import pytest

from infra.local.failures import NoSpace, ToolFailed
from infra.local.tools.making import ensure_made, is_made, stamp_of


def fill(folder: Path) -> None:
    folder.mkdir()
    (folder / "tool").write_text("new")


def fail(folder: Path) -> None:
    fill(folder)
    raise ToolFailed("no network")


def made(folder: Path, stamp: str = "1") -> Path:
    return ensure_made(folder, stamp, fill, what="Making", megabytes=1)


def test_a_folder_is_made_once(tmp_path: Path) -> None:
    folder = made(tmp_path / "tool")
    (folder / "tool").write_text("kept")
    made(tmp_path / "tool")
    assert (folder / "tool").read_text() == "kept"


def test_another_stamp_makes_the_folder_anew(tmp_path: Path) -> None:
    folder = made(tmp_path / "tool")
    (folder / "tool").write_text("old")
    made(folder, "2")
    assert (folder / "tool").read_text() == "new"
    assert is_made(folder, "2")


def test_a_failed_making_leaves_what_was_there(tmp_path: Path) -> None:
    folder = made(tmp_path / "tool")
    with pytest.raises(ToolFailed):
        ensure_made(folder, "2", fail, what="Making", megabytes=1)
    assert is_made(folder, "1")
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["tool"]


def test_a_half_made_folder_of_a_killed_process_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "tool").mkdir()
    assert (made(tmp_path / "tool") / "tool").exists()


def test_a_full_disk_is_noticed_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(NoSpace, match="needs about"):
        ensure_made(tmp_path / "tool", "1", fail, what="Making", megabytes=10**9)


def test_two_at_once_make_it_once(tmp_path: Path) -> None:
    makers: list[Path] = []

    def make(folder: Path) -> None:
        makers.append(folder)
        fill(folder)

    def ensure() -> None:
        ensure_made(tmp_path / "tool", "1", make, what="Making", megabytes=1)

    threads = [threading.Thread(target=ensure) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(makers) == 1


def test_a_stamp_changes_with_a_files_content(tmp_path: Path) -> None:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("one==1")
    before = stamp_of(requirements)
    requirements.write_text("one==2")
    assert stamp_of(requirements) != before
