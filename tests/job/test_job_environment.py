from pathlib import Path

import pytest
from errors import TrainingImpossible
from job_environment import failure_file, read_environment

VARIABLES = {
    "SM_MODEL_DIR": "/opt/ml/model",
    "SM_CHANNEL_SNAPSHOT": "/opt/ml/input/data/snapshot",
    "SM_CHANNEL_IMAGES": "/opt/ml/input/data/images",
    "SM_OUTPUT_DATA_DIR": "/opt/ml/output/data",
    "SM_HP_TIME_BUDGET_SECONDS": "240",
    "SM_HP_SEED": "7",
}


def test_a_job_is_described_by_its_variables() -> None:
    job = read_environment(VARIABLES)
    assert (job.time_budget_seconds, job.seed) == (240, 7)
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


@pytest.mark.parametrize("text", ["soon", "-1", "1.5", ""])
def test_a_hyperparameter_that_is_no_number_is_named(text: str) -> None:
    with pytest.raises(TrainingImpossible, match="SM_HP_TIME_BUDGET_SECONDS must be a whole"):
        read_environment({**VARIABLES, "SM_HP_TIME_BUDGET_SECONDS": text})
