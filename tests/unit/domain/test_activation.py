from typing import Any

import pytest
from oriel.domain.activation import AGAINST, Activation, ActivationPolicy, against, decide
from oriel.domain.comparison import compare

ALWAYS, IF_NOT_WORSE, MANUAL = map(
    Activation,
    (ActivationPolicy.ALWAYS, ActivationPolicy.IF_NOT_WORSE, ActivationPolicy.MANUAL),
)


def beside(version: int, gains: int, losses: int, same: int = 20) -> dict[str, Any]:
    """Make the metrics of a model that did better on some pictures and worse on others."""
    ours = [1.0] * gains + [0.0] * losses + [1.0] * same
    theirs = [0.0] * gains + [1.0] * losses + [1.0] * same
    names = [f"picture-{index}" for index in range(len(ours))]
    result = compare(
        dict(zip(names, ours, strict=True)), dict(zip(names, theirs, strict=True)), binary=True
    )
    return {AGAINST: against(version, result)}


def test_tasks_ask_for_versions_that_are_not_worse_unless_told_otherwise() -> None:
    assert Activation() == IF_NOT_WORSE


@pytest.mark.parametrize("activation", [ALWAYS, IF_NOT_WORSE])
def test_a_first_version_is_activated(activation: Activation) -> None:
    assert decide(activation, 1, None, {}).activate


@pytest.mark.parametrize("production", [None, 2])
def test_a_manual_task_waits_for_a_person(production: int | None) -> None:
    decision = decide(MANUAL, 3, production, beside(2, gains=9, losses=0))
    assert not decision.activate
    assert "manual" in decision.reason


def test_always_activates_even_what_is_worse() -> None:
    assert decide(ALWAYS, 3, 2, beside(2, gains=0, losses=15)).activate


@pytest.mark.parametrize(
    ("gains", "losses", "activated"),
    [(9, 0, True), (0, 0, True), (4, 4, True), (4, 5, True), (1, 2, True)],
)
def test_what_is_better_equal_or_within_chance_is_activated(
    gains: int, losses: int, activated: bool
) -> None:
    assert decide(IF_NOT_WORSE, 3, 2, beside(2, gains, losses)).activate is activated


@pytest.mark.parametrize(("gains", "losses"), [(0, 3), (2, 8), (40, 60)])
def test_what_does_worse_than_chance_would_is_withheld_with_its_figures(
    gains: int, losses: int
) -> None:
    decision = decide(IF_NOT_WORSE, 3, 2, beside(2, gains, losses))
    assert not decision.activate
    assert "version 2 stays" in decision.reason
    assert f"{gains} better and {losses} worse" in decision.reason


def test_a_comparison_with_what_is_no_longer_production_does_not_count() -> None:
    decision = decide(IF_NOT_WORSE, 3, 1, beside(2, gains=9, losses=0))
    assert not decision.activate
    assert "compared with version 2" in decision.reason


def test_a_production_version_that_could_not_be_run_stays() -> None:
    metrics = {AGAINST: against(2, "it stands on another backbone")}
    decision = decide(IF_NOT_WORSE, 3, 2, metrics)
    assert (decision.activate, "another backbone" in decision.reason) == (False, True)
