from pathlib import Path

import pytest
from errors import TrainingImpossible
from job_environment import failure_file, read_environment
from job_options import read_options
from recipe import Recipe, recipe_of

VARIABLES = {
    "SM_MODEL_DIR": "/opt/ml/model",
    "SM_CHANNEL_SNAPSHOT": "/opt/ml/input/data/snapshot",
    "SM_CHANNEL_IMAGES": "/opt/ml/input/data/images",
    "SM_OUTPUT_DATA_DIR": "/opt/ml/output/data",
    "SM_HP_OPTIONS": '{"seed":7,"time_budget_seconds":240}',
}


def test_a_job_is_described_by_its_variables() -> None:
    job = read_environment(VARIABLES)
    assert (job.options.time_budget_seconds, job.options.seed) == (240, 7)
    assert job.images == Path("/opt/ml/input/data/images")


def test_checkpoints_lie_where_sagemaker_keeps_them_unless_told_otherwise() -> None:
    assert read_environment(VARIABLES).checkpoints == Path("/opt/ml/checkpoints")
    told = read_environment({**VARIABLES, "SM_CHECKPOINT_DIR": "/elsewhere"})
    assert told.checkpoints == Path("/elsewhere")


def test_the_reason_of_a_failure_is_written_where_sagemaker_reads_it() -> None:
    assert failure_file(VARIABLES) == Path("/opt/ml/output/failure")
    assert failure_file({}) is None


def test_a_missing_variable_is_named() -> None:
    incomplete = {name: text for name, text in VARIABLES.items() if name != "SM_CHANNEL_IMAGES"}
    with pytest.raises(TrainingImpossible, match="SM_CHANNEL_IMAGES is not set"):
        read_environment(incomplete)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"epochs": "many"}', "epochs must be a number"),
        ('{"epochs": -1}', "epochs must be 0 or more"),
        ('{"epochs": 1.5}', "epochs must be a whole number"),
        ('{"dropout": NaN}', "dropout must be 0 or more"),
        ('{"batch_size": true}', "batch_size must be a number"),
        ('{"epoch": 1}', "does not know the option 'epoch'"),
        ("soon", "must be an object in JSON"),
        ("[1]", "must be an object in JSON"),
    ],
)
def test_an_option_without_sense_is_named(text: str, reason: str) -> None:
    with pytest.raises(TrainingImpossible, match=reason):
        read_environment({**VARIABLES, "SM_HP_OPTIONS": text})


def test_what_was_not_chosen_is_left_to_the_training() -> None:
    options = read_options('{"learning_rate": 0.01, "epochs": null, "dropout": 0}')
    recipe = recipe_of(options)
    assert (recipe.learning_rate, recipe.dropout) == (0.01, 0)
    assert recipe.batch_size == Recipe().batch_size
    assert options.epochs is None
