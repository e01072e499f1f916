"""The search for good settings: what it tries, what it keeps, and the script that uses it."""

import math
from collections.abc import Callable, Iterator

import pytest
from errors import TrainingImpossible
from job_folder import JobFolder
from job_options import JobOptions, read_options
from recipe import Recipe
from search import Search, Trial
from search_space import Settings, changed, space_of

MakeJob = Callable[[], JobFolder]
SETTINGS = {"time_budget_seconds": 600, "seed": 3, "epochs": 1, "search": True, "search_trials": 3}
TRIALS = SETTINGS["search_trials"]
SPACE = space_of(JobOptions(), Recipe(), "multi_class", [5, 11], augments=True)


def losses_of(settings: Settings) -> Iterator[float]:
    """Three epochs, as if a rate of 1e-3 and 11 frozen blocks were best."""
    away = abs(math.log10(settings["learning_rate"] / 1e-3)) + (settings["frozen_blocks"] == 5)
    for epoch in range(3):
        yield away + 1 / (epoch + 1)


def searched(trials: int, seed: int = 1, known: list[Trial] | None = None) -> Search:
    search = Search(SPACE, seed, known)
    for _ in range(trials):
        assert search.try_one(losses_of)
    return search


def test_the_usual_settings_are_tried_first_and_better_ones_are_found() -> None:
    search = searched(12)
    assert search.trials[0].settings == SPACE.usual
    assert search.trials[0].losses == list(losses_of(SPACE.usual))
    assert search.best["frozen_blocks"] == 11
    assert abs(math.log10(search.best["learning_rate"] / 1e-3)) < 0.3
    for trial in search.trials:
        for name, value in trial.settings.items():
            one = SPACE.ranges[name]
            assert one._contains(one.to_internal_repr(value)), name


def test_what_falls_behind_is_given_up_before_its_end_and_never_chosen() -> None:
    trials = searched(12).trials
    given_up = [trial for trial in trials if trial.pruned]
    assert given_up
    assert min(len(trial.losses) for trial in given_up) == 1
    assert all(trial.loss == math.inf for trial in given_up)
    assert not any(trial.pruned for trial in trials[:2])


def test_a_search_that_was_interrupted_after_each_trial_tries_the_same() -> None:
    whole, known = searched(9).trials, list[Trial]()
    for _ in range(9):
        known = searched(1, known=known).trials
    assert known == whole
    assert searched(9, seed=2).trials != whole


def test_a_trial_that_diverges_is_given_up() -> None:
    search = searched(1)
    assert search.try_one(lambda _settings: iter([math.nan, 0.0]))
    assert search.trials[1].pruned
    assert search.trials[1].to_report()["losses"] == [None]
    assert search.best == SPACE.usual
    assert searched(3, known=search.trials).trials[:2][0] == search.trials[0]


def test_a_trial_that_time_cut_short_does_not_count() -> None:
    search = searched(1)
    assert not search.try_one(lambda _settings: iter([0.0, None]))
    assert len(search.trials) == 1


def test_what_was_chosen_and_what_changes_nothing_is_not_searched() -> None:
    options = JobOptions(learning_rate=0.01, dropout=0.0)
    space = space_of(options, Recipe(), "regression", [11], augments=False)
    assert space.ranges.keys() == space.usual.keys() == {"weight_decay"}


def test_settings_become_a_recipe() -> None:
    chosen = changed(Recipe(), {"dropout": 0.4, "augmentation_strength": 2.0, "frozen_blocks": 5})
    assert (chosen.dropout, chosen.augmentation.strength) == (0.4, 2.0)
    assert chosen.augmentation.operations == Recipe().augmentation.operations
    assert changed(Recipe(), {}) == Recipe()


def test_search_must_be_true_or_false() -> None:
    with pytest.raises(TrainingImpossible, match="search must be true or false"):
        read_options('{"search": "yes"}')


def lines_of(lines: list[str], phase: str) -> list[str]:
    return [line for line in lines if line.startswith(f"phase={phase}")]


def test_a_search_tries_settings_trains_with_the_best_and_goes_on_after_an_interruption(
    make_job: MakeJob,
) -> None:
    job = make_job()
    job.add_tagged(train=3, test=1)
    with job.start(**SETTINGS) as process:
        assert process.stdout
        while not process.stdout.readline().startswith("phase=search"):
            assert process.poll() is None
        process.kill()
        before = lines_of(process.stdout.read().splitlines(), "search")
    status, lines = job.run(**SETTINGS)
    assert status == 0, lines
    done = 1 + len(before)
    tried = lines_of(lines, "search")
    assert tried[0].startswith(f"phase=search trial={done + 1} ")
    assert done + len(tried) == TRIALS
    report = job.report()
    found = report["search"]
    assert len(found["trials"]) == TRIALS
    assert found["reason"] is None
    whole = [trial for trial in found["trials"] if not trial["pruned"]]
    best = min(whole, key=lambda trial: trial["losses"][-1])
    assert found["chosen"] == best["settings"]
    assert report["recipe"]["dropout"] == best["settings"]["dropout"]
    assert report["frozen_blocks"] == best["settings"]["frozen_blocks"]
    assert report["epochs"] == 1
