"""What the training-job service refuses, and what ends a job."""


class RequestRefused(Exception):
    """A call was wrong; `code` is the API's own word for it."""

    def __init__(self, code: str, message: str) -> None:
        """`code` as the service model spells it, such as ResourceInUse."""
        super().__init__(message)
        self.code = code


class JobFailed(Exception):
    """The job cannot succeed; the message becomes its FailureReason."""
