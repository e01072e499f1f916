"""A job's output, carried from its file to CloudWatch Logs line by line."""

import time
from pathlib import Path
from typing import Any

import botocore.exceptions

GROUP = "/aws/sagemaker/TrainingJobs"
LINES_A_CALL = 1000


class LogCarrier:
    """Reads on in the file at each call."""

    def __init__(self, logs: Any, job_name: str, path: Path) -> None:
        """`logs` is a boto3 client."""
        self._logs, self._path = logs, path
        self._stream = f"{job_name}/algo-1-{int(time.time())}"
        self._position = 0
        self._made = False

    def carry(self, *, to_end: bool = False) -> None:
        """Send the lines that are complete; with `to_end`, the unfinished last one as well."""
        with self._path.open("rb") as file:
            file.seek(self._position)
            new = file.read()
        whole = new if to_end else new[: new.rfind(b"\n") + 1]
        self._position += len(whole)
        lines = [line for line in whole.decode(errors="replace").splitlines() if line.strip()]
        for start in range(0, len(lines), LINES_A_CALL):
            self._send(lines[start : start + LINES_A_CALL])

    def _send(self, lines: list[str]) -> None:
        if not self._made:
            self._make()
        now = int(time.time() * 1000)
        self._logs.put_log_events(
            logGroupName=GROUP,
            logStreamName=self._stream,
            logEvents=[{"timestamp": now, "message": line} for line in lines],
        )

    def _make(self) -> None:
        try:
            self._logs.create_log_group(logGroupName=GROUP)
        except botocore.exceptions.ClientError as error:
            if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
                raise
        self._logs.create_log_stream(logGroupName=GROUP, logStreamName=self._stream)
        self._made = True


def last_lines(path: Path, characters: int) -> str:
    """The end of a log."""
    return path.read_text(errors="replace")[-characters:].strip()
