"""The operations of the training-job service on this machine."""

import os
import re
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.training_jobs.failures import RequestRefused
from infra.local.training_jobs.job import TrainingJob
from infra.local.training_jobs.run import run_job
from infra.local.training_jobs.storage import Storage

ARN = "arn:aws:sagemaker:{region}:000000000000:training-job/{name}"
NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
SUMMARY = (
    "TrainingJobName",
    "TrainingJobArn",
    "CreationTime",
    "TrainingEndTime",
    "LastModifiedTime",
    "TrainingJobStatus",
    "SecondaryStatus",
)
STOP_ALL_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Settings:
    """Where jobs run and what runs them."""

    folder: Path
    interpreter: Path
    endpoint: str
    region: str


class TrainingJobs:
    """All jobs of one state folder; each runs in a thread and a process of its own."""

    def __init__(self, settings: Settings) -> None:
        """Jobs that an earlier run kept are there again."""
        self._settings = settings
        self._lock = threading.Lock()
        self._jobs = {
            folder.name: TrainingJob.kept(folder)
            for folder in sorted(settings.folder.iterdir())
            if (folder / "job.json").exists()
        }

    @classmethod
    def from_environment(cls) -> "TrainingJobs":
        """The service of the emulator that this process is."""
        return cls(
            Settings(
                folder=Path(os.environ["ORIEL_JOBS_FOLDER"]),
                interpreter=Path(os.environ["ORIEL_JOB_PYTHON"]),
                endpoint=f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}",
                region=os.environ["MINISTACK_REGION"],
            )
        )

    def create(self, request: dict[str, Any]) -> dict[str, Any]:
        """Start a job; raises RequestRefused."""
        name = str(request.get("TrainingJobName", ""))
        if not NAME.fullmatch(name):
            raise RequestRefused(
                "ValidationException",
                f"Value '{name}' at 'trainingJobName' must match ^{NAME.pattern}$",
            )
        _check_spot(request)
        arn = ARN.format(region=self._settings.region, name=name)
        with self._lock:
            if name in self._jobs:
                raise RequestRefused(
                    "ResourceInUse",
                    f"Training job names must be unique, and a job with this name exists ({arn})",
                )
            job = TrainingJob.created(request, arn, self._settings.folder / name)
            self._jobs[name] = job
        storage = Storage.at(self._settings.endpoint, self._settings.region)
        threading.Thread(
            target=run_job, args=(job, storage, self._settings.interpreter), daemon=True, name=name
        ).start()
        return {"TrainingJobArn": arn}

    def describe(self, name: str) -> dict[str, Any]:
        """The job's record; raises RequestRefused."""
        return self._find(name).described()

    def stop(self, name: str) -> dict[str, Any]:
        """Ask a job to end; raises RequestRefused."""
        job = self._find(name)
        if job.status != "InProgress":
            raise RequestRefused(
                "ValidationException",
                f"The request was rejected because the training job is in status {job.status}.",
            )
        job.enter("Stopping", "Stopping the training job", "Stopping")
        job.stop_wanted.set()
        return {}

    def list(self, status: str | None = None) -> dict[str, Any]:
        """Summaries of the jobs, latest first, all on one page."""
        records = [job.described() for job in self._jobs.values()]
        wanted = [record for record in records if status in (None, record["TrainingJobStatus"])]
        wanted.sort(key=lambda record: record["CreationTime"], reverse=True)
        return {
            "TrainingJobSummaries": [
                {field: record[field] for field in SUMMARY if field in record} for record in wanted
            ]
        }

    def wait(self, name: str) -> dict[str, Any]:
        """The job's record once it has ended; raises RequestRefused."""
        job = self._find(name)
        job.ended.wait()
        return job.described()

    def stop_all(self) -> None:
        """End what runs, because the service itself ends."""
        running = [job for job in self._jobs.values() if not job.ended.is_set()]
        for job in running:
            job.service_ends.set()
        for job in running:
            job.ended.wait(STOP_ALL_SECONDS)

    def _find(self, name: str) -> TrainingJob:
        job = self._jobs.get(name)
        if job is None:
            raise RequestRefused("ValidationException", "Requested resource not found.")
        return job


def _check_spot(request: dict[str, Any]) -> None:
    condition = request.get("StoppingCondition", {})
    wait, longest = condition.get("MaxWaitTimeInSeconds"), condition.get("MaxRuntimeInSeconds", 0)
    if request.get("EnableManagedSpotTraining") and (wait is None or wait < longest):
        raise RequestRefused(
            "ValidationException",
            "MaxWaitTimeInSeconds must be given, and not below MaxRuntimeInSeconds, "
            "for managed spot training.",
        )
