"""Turns what Step Functions caught into a reason a person can act on.

A caught error is a name and a cause. The cause of a failed function is
`{"errorMessage", "errorType", ...}`; that of a failed training job is what DescribeTrainingJob says
of it; a service that refused a call gives a sentence.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from oriel.domain.errors import OrielError

MAX_REASON = 500
_ERROR_MESSAGE = re.compile(r'ErrorMessage "(.*?)"\s*(?:Command|$)', re.DOTALL)
_KIND = re.compile(r"^(?:AlgorithmError|ClientError|InternalServerError): ")
_EXIT_CODE = re.compile(r",? exit code: -?\d+$")
_PRIVATE = re.compile(r"(?:s3://|https?://|arn:aws|/(?:opt|tmp|var|home|root|usr)/)[^\s\"',)]*")
_AGAIN = "Train again; if it happens again, tell whoever operates this deployment."
_SERVICES = {
    "States.Timeout": f"A step of the training took too long. {_AGAIN}",
    "SageMaker.ResourceLimitExceededException": (
        "All training instances that this account may use are busy. Train again later, or ask "
        "whoever operates this deployment for a higher quota of training instances."
    ),
}
_STOPPED = {
    "MaxRuntimeExceeded": "The training job ran longer than its time budget allows.",
    "MaxWaitTimeExceeded": "No spot capacity was free within the waiting time. Train again later.",
    "Stopped": "The training job was stopped by whoever operates this deployment.",
}
_ENDS = {
    "ABORTED": "The training was stopped by whoever operates this deployment.",
    "TIMED_OUT": "The training took too long. Train again, with a smaller time budget if it had a "
    "large one.",
}


def reason_of_end(status: str, error: str | None) -> str:
    """Say why a training failed whose run ended in this status without saying so itself."""
    return _ENDS.get(status) or _internal(error or status)


def reason_of(error: str, cause: str) -> str:
    """Say why a training failed, in at most 500 characters, without keys, paths or addresses."""
    details = _parse(cause)
    if "TrainingJobStatus" in details:
        reason = _of_job(details)
    elif error in _own_errors():
        reason = str(details.get("errorMessage") or cause)
    else:
        reason = _SERVICES.get(error) or _internal(error)
    return shorten(reason)


def _internal(error: str) -> str:
    return f"The training met an internal error ({error}). {_AGAIN}"


def shorten(text: str) -> str:
    """Put a text on one line of at most 500 characters and take addresses and paths out of it."""
    line = " ".join(_PRIVATE.sub("...", text).split())
    return line if len(line) <= MAX_REASON else line[: MAX_REASON - 3] + "..."


def _parse(cause: str) -> Mapping[str, Any]:
    try:
        details = json.loads(cause)
    except ValueError:
        return {}
    return details if isinstance(details, dict) else {}


def _of_job(job: Mapping[str, Any]) -> str:
    stopped = _STOPPED.get(str(job.get("SecondaryStatus")))
    if stopped is not None:
        return stopped
    failure = str(job.get("FailureReason") or "it gave no reason")
    if failure.startswith("CapacityError"):
        return "No training instance was free. Train again later."
    said = _EXIT_CODE.sub("", _KIND.sub("", failure))
    message = _ERROR_MESSAGE.search(said)
    return f"The training job failed: {_last_line(message.group(1) if message else said)}"


def _last_line(text: str) -> str:
    """Return the line of a traceback that says what happened."""
    lines = [line.strip() for line in text.replace("\\n", "\n").splitlines() if line.strip()]
    return lines[-1] if lines else "it gave no reason"


def _own_errors() -> frozenset[str]:
    return frozenset(kind.__name__ for kind in _subclasses(OrielError))


def _subclasses(kind: type[OrielError]) -> Iterator[type[OrielError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _subclasses(child)
