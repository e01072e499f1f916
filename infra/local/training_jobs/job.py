"""One training job's record, as DescribeTrainingJob shows it, kept in a file."""

import copy
import json
import threading
import time
from pathlib import Path
from typing import Any

ENDED = ("Completed", "Failed", "Stopped")
REASON_CHARACTERS = 1024


class TrainingJob:
    """A record that outlives the emulator, and the events that other threads wait for."""

    def __init__(self, record: dict[str, Any], folder: Path) -> None:
        """`folder` is the job's own; the record is written there as `job.json`."""
        self.folder = folder
        self.ended = threading.Event()
        self.stop_wanted = threading.Event()
        self.service_ends = threading.Event()
        self._record = record
        self._lock = threading.Lock()
        if self.status in ENDED:
            self.ended.set()

    @classmethod
    def created(cls, request: dict[str, Any], arn: str, folder: Path) -> "TrainingJob":
        """A job that was just asked for."""
        now = time.time()
        record = {name: value for name, value in request.items() if name != "Tags"}
        record |= {
            "TrainingJobArn": arn,
            "TrainingJobStatus": "InProgress",
            "SecondaryStatus": "Starting",
            "SecondaryStatusTransitions": [],
            "CreationTime": now,
            "LastModifiedTime": now,
        }
        folder.mkdir(parents=True)
        job = cls(record, folder)
        job.enter("Starting", "Preparing the training job")
        return job

    @classmethod
    def kept(cls, folder: Path) -> "TrainingJob":
        """A job of an earlier run; one that was running then has failed."""
        job = cls(json.loads((folder / "job.json").read_text()), folder)
        if not job.ended.is_set():
            job.fail("InternalServerError: the local stack stopped while the job ran. Train again.")
        return job

    @property
    def name(self) -> str:
        """The job's name, unique among all."""
        return str(self._record["TrainingJobName"])

    @property
    def status(self) -> str:
        """InProgress, Stopping, Completed, Failed or Stopped."""
        return str(self._record["TrainingJobStatus"])

    @property
    def request(self) -> dict[str, Any]:
        """What was asked for; read only."""
        return self._record

    def described(self) -> dict[str, Any]:
        """A copy of the record."""
        with self._lock:
            return copy.deepcopy(self._record)

    def note(self, **facts: Any) -> None:
        """Add facts to the record."""
        with self._lock:
            self._record |= facts

    def enter(self, secondary: str, message: str, status: str | None = None) -> None:
        """Pass to the next stage and keep the record."""
        now = time.time()
        with self._lock:
            stages: list[dict[str, Any]] = self._record["SecondaryStatusTransitions"]
            if stages:
                stages[-1].setdefault("EndTime", now)
            stages.append({"Status": secondary, "StartTime": now, "StatusMessage": message})
            self._record["SecondaryStatus"] = secondary
            self._record["LastModifiedTime"] = now
            self._record["TrainingJobStatus"] = status or self._record["TrainingJobStatus"]
            self._keep()
        if status in ENDED:
            self.ended.set()

    def fail(self, reason: str) -> None:
        """End the job with a reason a person can act on."""
        self.note(FailureReason=reason[:REASON_CHARACTERS], TrainingEndTime=time.time())
        self.enter("Failed", reason[:REASON_CHARACTERS], "Failed")

    def _keep(self) -> None:
        growing = self.folder / "job.json.new"
        growing.write_text(json.dumps(self._record))
        growing.replace(self.folder / "job.json")
