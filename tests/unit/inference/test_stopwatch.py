"""Stages add up, also those that fail."""

import pytest
from oriel.services.stopwatch import Stopwatch


def test_adds_up_the_time_of_each_stage() -> None:
    moments = iter([0.0, 1.0, 3.0, 3.0, 3.5, 10.0, 11.0, 20.0])
    watch = Stopwatch(lambda: next(moments))
    with watch.stage("decode"):
        pass
    with watch.stage("infer"):
        pass
    with pytest.raises(LookupError), watch.stage("decode"):
        raise LookupError
    assert watch.stages == {"decode": 3.0, "infer": 0.5}
    assert watch.total_seconds == 20.0
