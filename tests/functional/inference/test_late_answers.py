"""What comes too late for the gateway is neither given nor billed."""

from dataclasses import replace

import pytest
from oriel.services.stopwatch import Stopwatch

from functions.inference.app import MOST_SECONDS
from tests.functional.inference.world import World


@pytest.mark.parametrize(("seconds", "status"), [(MOST_SECONDS - 1, 200), (MOST_SECONDS + 1, 503)])
def test_an_answer_that_nobody_would_hear_is_not_billed(
    world: World, monkeypatch: pytest.MonkeyPatch, seconds: float, status: int
) -> None:
    passed = [0.0]
    fetch = world.fetcher.fetch

    def slowly(url: str) -> object:
        passed[0] += seconds
        return fetch(url)

    monkeypatch.setattr(world.fetcher, "fetch", slowly)
    world.app = replace(world.app, stopwatch=lambda: Stopwatch(lambda: passed[0]))
    answer = world.classify({"_url": "https://pictures.test/coat"})
    assert answer.code == status
    assert world.billed() == (1 if status == 200 else 0)
