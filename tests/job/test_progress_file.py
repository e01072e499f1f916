import json
from pathlib import Path
from typing import Any

import pytest
from progress import say
from progress_file import NAME, PROGRESS, ProgressFile


@pytest.fixture
def kept(tmp_path: Path) -> ProgressFile:
    progress = ProgressFile()
    progress.keep_in(tmp_path)
    return progress


def known(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / NAME).read_text())
    return found


def epoch(number: int, **more: object) -> dict[str, object]:
    figures = {"loss": 0.5, "validation_loss": 0.25, "validation_accuracy": 0.75}
    return {"epoch": number, "of": 4, **figures, "seconds_left": 90, **more}


def test_the_last_epoch_stays_known_through_later_phases(
    kept: ProgressFile, tmp_path: Path
) -> None:
    kept.note({"phase": "start", "device": "cpu"})
    assert known(tmp_path)["phase"] == "start"
    kept.note(epoch(1))
    kept.note({"phase": "export", "best_epoch": 1})
    found = known(tmp_path)
    assert (found["phase"], found["epoch"], found["epochs"]) == ("export", 1, 4)
    assert (found["loss"], found["validation"]) == (0.5, {"loss": 0.25, "accuracy": 0.75})
    assert found["updated"] > 0


def test_the_pace_bounds_the_time_that_is_left(kept: ProgressFile, tmp_path: Path) -> None:
    kept.note(epoch(1))
    assert known(tmp_path)["seconds_left"] == 90
    kept.note(epoch(2))
    assert known(tmp_path)["seconds_left"] < 90


def test_a_loss_that_is_no_number_does_not_spoil_the_file(
    kept: ProgressFile, tmp_path: Path
) -> None:
    kept.note(epoch(1, loss=float("nan"), validation_loss=float("inf")))
    assert "NaN" not in (tmp_path / NAME).read_text()
    assert known(tmp_path)["loss"] is None


def test_nothing_is_written_before_a_folder_is_chosen(tmp_path: Path) -> None:
    ProgressFile().note(epoch(1))
    assert list(tmp_path.iterdir()) == []


def test_what_is_said_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    PROGRESS.keep_in(tmp_path)
    say(phase="plan", epochs=3)
    assert known(tmp_path)["phase"] == "plan"
    assert capsys.readouterr().out == "phase=plan epochs=3\n"
