import json

import pytest
from oriel.domain.failure import MAX_REASON, reason_of

JOB = {
    "TrainingJobName": "oriel-1",
    "TrainingJobStatus": "Failed",
    "SecondaryStatus": "Failed",
    "FailureReason": (
        "AlgorithmError: ExecuteUserScriptError:\nExitCode 1\n"
        'ErrorMessage "Traceback (most recent call last):\n  File "train.py", line 3\n'
        'ValueError: picture 7 cannot be decoded"\n'
        'Command "/opt/conda/bin/python3.11 train.py --seed 0", exit code: 1'
    ),
}


def raised(kind: str, message: str) -> str:
    return json.dumps({"errorMessage": message, "errorType": kind, "stackTrace": ["secret"]})


def test_an_error_of_the_products_own_is_told_as_it_is() -> None:
    message = "Each label needs at least 20 usable pictures: 'Boots' is 3 short"
    assert reason_of("TooFewImages", raised("TooFewImages", message)) == message


def test_pictures_that_never_got_ready_are_told_as_they_are() -> None:
    message = "Pictures still being processed: 3. Train again in a minute"
    told = reason_of("ImagesStillProcessing", raised("ImagesStillProcessing", message))
    assert told == message


def test_a_training_job_is_quoted_by_its_last_line() -> None:
    assert reason_of("States.TaskFailed", json.dumps(JOB)) == (
        "The training job failed: ValueError: picture 7 cannot be decoded"
    )


@pytest.mark.parametrize(
    "failure",
    [
        'AlgorithmError: ExecuteUserScriptError: ExitCode 1 ErrorMessage "no GPU"',
        "AlgorithmError: no GPU, exit code: 1",
        "AlgorithmError: Traceback:\n  line 3\nno GPU, exit code: -9",
        "ClientError: no GPU",
    ],
)
def test_what_the_script_said_is_quoted_without_what_surrounds_it(failure: str) -> None:
    job = {**JOB, "FailureReason": failure}
    assert reason_of("States.TaskFailed", json.dumps(job)) == "The training job failed: no GPU"


def test_a_job_without_a_reason_is_still_a_sentence() -> None:
    job = {"TrainingJobStatus": "Failed", "SecondaryStatus": "Failed"}
    told = reason_of("States.TaskFailed", json.dumps(job))
    assert told == "The training job failed: it gave no reason"


@pytest.mark.parametrize(
    ("secondary", "words"),
    [
        ("MaxRuntimeExceeded", "longer than its time budget"),
        ("MaxWaitTimeExceeded", "No spot capacity"),
        ("Stopped", "was stopped"),
    ],
)
def test_a_stopped_job_says_what_stopped_it(secondary: str, words: str) -> None:
    job = {"TrainingJobStatus": "Stopped", "SecondaryStatus": secondary}
    assert words in reason_of("States.TaskFailed", json.dumps(job))


def test_missing_capacity_says_to_train_later() -> None:
    job = {**JOB, "FailureReason": "CapacityError: Unable to provision requested ML compute"}
    assert reason_of("States.TaskFailed", json.dumps(job)) == (
        "No training instance was free. Train again later."
    )


def test_a_used_up_quota_says_so() -> None:
    told = reason_of("SageMaker.ResourceLimitExceededException", "The account-level service limit")
    assert "quota" in told


def test_a_timeout_says_so() -> None:
    assert "too long" in reason_of("States.Timeout", "Task timed out after 900 seconds")


def test_a_fault_of_ours_shows_its_name_and_nothing_from_inside() -> None:
    told = reason_of("KeyError", raised("KeyError", "'secret'"))
    assert "KeyError" in told
    assert "secret" not in told


@pytest.mark.parametrize(
    "private",
    ["s3://bucket/ws/1/models/x", "arn:aws:s3:::bucket", "/opt/ml/input/data", "https://a.b/c?d"],
)
def test_addresses_and_paths_are_taken_out(private: str) -> None:
    told = reason_of("TrainingFailed", raised("TrainingFailed", f"cannot read {private} at all"))
    assert told == "cannot read ... at all"


def test_a_long_reason_is_cut() -> None:
    told = reason_of("TrainingFailed", raised("TrainingFailed", "word " * 1000))
    assert len(told) == MAX_REASON


def test_a_cause_that_is_no_json_is_survived() -> None:
    assert "Lambda.Unknown" in reason_of("Lambda.Unknown", "Runtime exited")
