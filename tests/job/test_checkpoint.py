from pathlib import Path

import pytest
import torch
from checkpoint import Checkpoints


def test_what_was_saved_last_is_loaded(tmp_path: Path) -> None:
    kept = Checkpoints(tmp_path / "checkpoints", "one")
    kept.save({"epoch": 1, "weights": {"a": torch.zeros(2)}})
    kept.save({"epoch": 2, "weights": {"a": torch.ones(2)}})
    state = Checkpoints(tmp_path / "checkpoints", "one").load()
    assert state is not None
    assert state["epoch"] == 2
    assert torch.equal(state["weights"]["a"], torch.ones(2))


def test_nothing_saved_is_nothing_loaded(tmp_path: Path) -> None:
    assert Checkpoints(tmp_path, "one").load() is None


def test_a_state_of_another_training_is_not_taken_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Checkpoints(tmp_path, "one").save({"epoch": 1})
    assert Checkpoints(tmp_path, "another").load() is None
    assert "checkpoint=foreign" in capsys.readouterr().out


@pytest.mark.parametrize("part", [0, 10, 0.5])
def test_a_torn_file_is_not_taken_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], part: float
) -> None:
    kept = Checkpoints(tmp_path, "one")
    kept.save({"epoch": 1, "weights": torch.zeros(1000)})
    [file] = tmp_path.iterdir()
    data = file.read_bytes()
    file.write_bytes(data[: int(part * len(data)) if part < 1 else int(part)])
    assert kept.load() is None
    assert "checkpoint=unreadable" in capsys.readouterr().out


def test_a_file_that_would_run_code_is_not_taken_up(tmp_path: Path) -> None:
    kept = Checkpoints(tmp_path, "one")
    kept.save({"epoch": 1})
    [file] = tmp_path.iterdir()
    torch.save({"training": "3:one", "path": Path}, file)
    assert kept.load() is None
