from dataclasses import replace
from datetime import UTC, datetime

import pytest
from oriel.domain.ids import new_id
from oriel.domain.traffic import Traffic, TrafficMode

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TASK = "33333333-3333-4333-8333-333333333333"
TRIAL = Traffic(new_id(), TrafficMode.SPLIT, 3, 2, 0.25, NOON)
CALLERS = [f"caller-{number}" for number in range(4000)]


def reached(traffic: Traffic, task_id: str = TASK) -> set[str]:
    return {name for name in CALLERS if traffic.reaches_candidate(task_id, name)}


@pytest.mark.parametrize("share", [0.01, 0.25, 0.9])
def test_the_candidate_gets_its_share(share: float) -> None:
    found = len(reached(replace(TRIAL, share=share))) / len(CALLERS)
    assert found == pytest.approx(share, abs=0.025)


def test_whoever_reached_the_candidate_still_does_when_its_share_grows() -> None:
    grown = replace(TRIAL, share=0.5, trial_id=new_id())
    assert reached(TRIAL) < reached(grown)
    assert reached(replace(TRIAL, share=1.0)) == set(CALLERS)


def test_tasks_and_candidates_draw_for_themselves() -> None:
    for other in (reached(TRIAL, new_id()), reached(replace(TRIAL, candidate_version=4))):
        both = len(reached(TRIAL) & other) / len(CALLERS)
        assert both == pytest.approx(0.25**2, abs=0.02)


def test_a_trial_runs_until_it_ends_or_another_version_is_in_production() -> None:
    assert TRIAL.runs_beside(2)
    assert not TRIAL.runs_beside(3)
    assert not replace(TRIAL, ended=NOON).runs_beside(2)
