import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from oriel.domain.progress import Phase, Progress, read_progress

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
SAID: dict[str, Any] = {
    "phase": "train",
    "epoch": 3,
    "epochs": 10,
    "loss": 0.25,
    "validation": {"loss": 0.5, "accuracy": 0.875},
    "seconds_left": 100,
    "updated": NOW.timestamp() - 30,
}


def read(**changes: Any) -> Progress:
    return read_progress(json.dumps({**SAID, **changes}).encode(), NOW)


def test_what_the_job_said_is_told_and_the_time_since_is_taken_off() -> None:
    assert read() == Progress(
        Phase.TRAINING,
        3,
        10,
        0.25,
        {"loss": 0.5, "accuracy": 0.875},
        70,
        NOW - timedelta(seconds=30),
    )


def test_no_time_is_left_where_the_job_is_silent_for_long_and_never_less() -> None:
    assert read(seconds_left=10).seconds_left == 0


def test_a_clock_that_is_ahead_adds_no_time() -> None:
    assert read(updated=NOW.timestamp() + 50).seconds_left == 100


@pytest.mark.parametrize(
    ("said", "phase"),
    [
        ({"phase": "decode"}, Phase.LOADING),
        ({"phase": "resume", "epoch": 2, "epochs": 5}, Phase.TRAINING),
        ({"phase": "train", "epoch": 2}, Phase.TRAINING),
        ({"phase": "export", "epoch": 5}, Phase.EXPORTING),
        ({"phase": "done", "epoch": 5}, Phase.EVALUATING),
    ],
)
def test_the_jobs_words_become_phases(said: dict[str, Any], phase: Phase) -> None:
    assert read_progress(json.dumps(said).encode(), NOW).phase is phase


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"3", b"\xff\xfe", b"null", b"{}", b"[" * 10_000]
)
def test_what_is_no_progress_counts_as_not_said_yet(content: bytes) -> None:
    assert read_progress(content, NOW) == Progress(Phase.STARTING)


@pytest.mark.parametrize(
    "value",
    ["1", True, None, [], {}, float("nan"), float("inf"), 10**300, 10**400],
    ids=lambda one: str(one)[:9],
)
def test_what_is_no_number_is_not_known(value: object) -> None:
    told = read(epoch=value, epochs=value, loss=value, seconds_left=value, updated=value)
    numbers = (told.epoch, told.epochs, told.loss, told.seconds_left, told.updated)
    assert numbers == (None,) * 5
    assert read(validation={"loss": value}).validation == {}


@pytest.mark.parametrize("updated", [1e14, -1e14])
def test_a_moment_that_no_calendar_has_is_not_known(updated: float) -> None:
    told = read(updated=updated)
    assert (told.updated, told.seconds_left, told.epoch) == (None, 100, 3)
