"""A process that starts as Lambda starts it answers, with the layers that are deployed."""

from pathlib import Path

import pytest

from tests.bench.speed.cold import WrongAnswer, cold, function_seconds
from tests.bench.speed.deployed import lay_out
from tests.bench.speed.scene import Scene


def test_a_process_classifies_and_is_billed_before_it_is_timed(tmp_path: Path) -> None:
    scene = Scene.new()
    with scene.stored() as aws:
        assert function_seconds(lay_out(tmp_path), scene, aws.endpoint) > 0
        assert aws.written == 1


def test_an_answer_without_the_records_is_not_timed(tmp_path: Path) -> None:
    asked_for, elsewhere = Scene.new(), Scene.new()
    with elsewhere.stored() as aws, pytest.raises(WrongAnswer, match="404"):
        function_seconds(lay_out(tmp_path), asked_for, aws.endpoint)


def test_all_three_kinds_of_process_answer() -> None:
    result = cold(1)
    assert result.ratio == result.cold_seconds / result.bare_seconds
    assert min(result.cold_seconds, result.bare_seconds, result.empty_seconds) > 0
