"""What a caller may choose of a training."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oriel.domain.augmentation import ChosenAugmentation
from oriel.domain.errors import InvalidInput
from oriel.domain.model import TrainMode
from oriel.domain.training import BOUNDS, TrainingOptions, check_options, job_options

CHOSEN = st.builds(
    TrainingOptions,
    epochs=st.none() | st.integers(1, 1000),
    learning_rate=st.none() | st.floats(1e-6, 0.1),
    input_size=st.none() | st.sampled_from([64, 224, 512]),
    dropout=st.none() | st.floats(0, 0.9),
    seed=st.integers(0, 9),
)


@given(CHOSEN)
def test_options_survive_being_written(options: TrainingOptions) -> None:
    assert TrainingOptions.from_document(options.to_document()) == options


def test_a_run_that_an_older_version_started_has_the_options_it_knew() -> None:
    document = {"mode": "full", "time_budget_seconds": 600, "seed": 3, "of_another_time": 1}
    options = TrainingOptions.from_document(document)
    assert options == TrainingOptions(time_budget_seconds=600, seed=3)


@pytest.mark.parametrize("name", BOUNDS)
def test_each_number_has_bounds_and_is_named_beyond_them(name: str) -> None:
    least, most = BOUNDS[name]
    for value in (least - 1, most + 1):
        with pytest.raises(InvalidInput, match=f"{name} must be between"):
            check_options(replace(TrainingOptions(), **{name: value}))  # type: ignore[arg-type]


def test_an_instant_training_refuses_what_would_change_nothing() -> None:
    check_options(TrainingOptions(TrainMode.INSTANT, time_budget_seconds=60, seed=1))
    with pytest.raises(InvalidInput, match="dropout: only trainings of the mode 'full'"):
        check_options(TrainingOptions(TrainMode.INSTANT, dropout=0.0))


def test_the_job_is_told_what_was_chosen_and_nothing_of_how_it_is_started() -> None:
    told = job_options(
        TrainingOptions(epochs=3, max_cost_micros=5),
        ChosenAugmentation(("crop",), {"color": "why"}),
    )
    assert told == {
        "time_budget_seconds": 3600,
        "seed": 0,
        "epochs": 3,
        "search": False,
        "augmentation": ["crop"],
        "augmentation_unused": {"color": "why"},
    }
