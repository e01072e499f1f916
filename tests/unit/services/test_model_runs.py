"""Models are given back, whatever happens to the request that uses them."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from oriel.services.model_runs import Asked, ModelRuns

from tests.fakes.recognizer import FakeRecognizer
from tests.functional.inference.world import artifact


class FullExecutor(ThreadPoolExecutor):
    """Has no room for another thread."""

    def submit(self, *_: Any, **__: Any) -> Future[Any]:
        raise RuntimeError("can't start new thread")


def test_what_is_in_use_is_given_back_where_the_rest_cannot_be_loaded() -> None:
    recognizer = FakeRecognizer()
    there = artifact(2)
    recognizer.at_hand = {there.key}
    asked = [Asked(there), Asked(replace(there, key="elsewhere"))]
    with pytest.raises(RuntimeError), ModelRuns(recognizer, FullExecutor(), asked):
        pytest.fail("nothing can be answered")
    assert (recognizer.most_held, recognizer.held) == (1, [])
