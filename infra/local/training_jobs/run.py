"""A job from its start to its end: fetch, run, pack, upload."""

import shutil
import time
from pathlib import Path
from typing import Any

from infra.local.training_jobs import process
from infra.local.training_jobs.archive import pack_model, unpack_source
from infra.local.training_jobs.channels import download_channels
from infra.local.training_jobs.checkpoints import CheckpointSync
from infra.local.training_jobs.failures import JobFailed
from infra.local.training_jobs.job import TrainingJob
from infra.local.training_jobs.joblog import LogCarrier, last_lines
from infra.local.training_jobs.layout import (
    Layout,
    arguments,
    environment,
    hyperparameters,
    launcher,
    write_config,
)
from infra.local.training_jobs.storage import Location, Storage

MEANWHILE_SECONDS = 2.0
REASON_CHARACTERS = 800
NO_INTERPRETER = (
    "ClientError: the training environment of this machine is not installed. Run "
    "`uv run poe prepare-training` (it brings torch), then train again."
)
SERVICE_ENDED = "InternalServerError: the local stack stopped while the job ran. Train again."


def run_job(job: TrainingJob, storage: Storage, interpreter: Path) -> None:
    """Run the job to whatever end it comes to; never raises."""
    layout = Layout(job.folder / "ml")
    try:
        _run(job, storage, interpreter, layout)
    except JobFailed as failure:
        job.fail(str(failure))
    except Exception as error:  # noqa: BLE001 - the thread's edge: a job must come to an end
        job.fail(f"InternalServerError: {type(error).__name__}: {error}")
    finally:
        # The pictures are in S3; the log and the record stay.
        shutil.rmtree(layout.root, ignore_errors=True)


def _run(job: TrainingJob, storage: Storage, interpreter: Path, layout: Layout) -> None:
    if not interpreter.exists():
        raise JobFailed(NO_INTERPRETER)
    job.enter("Downloading", "Downloading input data")
    layout.make()
    parameters = hyperparameters(job.request)
    source = Location.parse(parameters.get("sagemaker_submit_directory", ""))
    unpack_source(storage.read(source), layout.code)
    program = parameters.get("sagemaker_program", "train.py")
    if not (layout.code / program).is_file():
        raise JobFailed(f"ClientError: the training source holds no {program}")
    download_channels(storage, job.request.get("InputDataConfig", []), layout.channels)
    write_config(job.request, layout)
    ending = _train(job, storage, interpreter, layout, program)
    job.enter("Uploading", "Uploading the trained model")
    _upload_model(job, storage, layout)
    status = "Completed" if ending == "Completed" else "Stopped"
    job.enter(ending, f"Training job {status.lower()}", status)


def _train(
    job: TrainingJob, storage: Storage, interpreter: Path, layout: Layout, program: str
) -> str:
    """Run the script; returns Completed, Stopped or MaxRuntimeExceeded, or raises JobFailed."""
    checkpoints = CheckpointSync(storage, _checkpoint_place(job.request), layout.checkpoints)
    checkpoints.restore()
    log = job.folder / "log.txt"
    job.note(TrainingStartTime=time.time())
    job.enter("Training", "Training in progress")
    command = [str(interpreter), program, *arguments(hyperparameters(job.request))]
    running = process.start(
        command, layout.code, environment(job.request, layout), log, launcher(job.request)
    )
    ending, status = _follow(job, running, checkpoints, LogCarrier(storage.logs, job.name, log))
    _note_times(job)
    if job.service_ends.is_set():
        raise JobFailed(SERVICE_ENDED)
    if status != 0 and ending == "Completed":
        raise JobFailed(_reason(layout, log, status))
    return ending


def _follow(
    job: TrainingJob,
    running: process.Running,
    checkpoints: CheckpointSync,
    log: LogCarrier,
) -> tuple[str, int]:
    longest = float(job.request.get("StoppingCondition", {}).get("MaxRuntimeInSeconds", 86400))
    started = last = time.monotonic()
    ending = "Completed"

    def should_end() -> bool:
        nonlocal ending
        if job.stop_wanted.is_set():
            ending = "Stopped"
        elif time.monotonic() - started > longest:
            ending = "MaxRuntimeExceeded"
        return ending != "Completed"

    def meanwhile() -> None:
        nonlocal last
        if time.monotonic() - last > MEANWHILE_SECONDS and not job.service_ends.is_set():
            checkpoints.save()
            log.carry()
            last = time.monotonic()

    try:
        status = process.watch(running, should_end, job.service_ends.is_set, meanwhile)
    except BaseException:
        process.kill_group(running)
        raise
    if not job.service_ends.is_set():
        checkpoints.save()
        log.carry(to_end=True)
    return ending, status


def _note_times(job: TrainingJob) -> None:
    ended = time.time()
    seconds = max(1, round(ended - job.request["TrainingStartTime"]))
    job.note(TrainingEndTime=ended, TrainingTimeInSeconds=seconds, BillableTimeInSeconds=seconds)


def _reason(layout: Layout, log: Path, status: int) -> str:
    said = layout.failure.read_text(errors="replace") if layout.failure.exists() else ""
    text = said.strip()[:REASON_CHARACTERS] or last_lines(log, REASON_CHARACTERS)
    return f"AlgorithmError: {text}, exit code: {status}"


def _checkpoint_place(request: dict[str, Any]) -> Location | None:
    uri = request.get("CheckpointConfig", {}).get("S3Uri")
    return Location.parse(uri) if uri else None


def _upload_model(job: TrainingJob, storage: Storage, layout: Layout) -> None:
    archive = layout.root / "model.tar.gz"
    pack_model(layout.model, archive)
    output = Location.parse(job.request["OutputDataConfig"]["S3OutputPath"])
    place = output.below(f"{job.name}/output/model.tar.gz")
    storage.upload(archive, place)
    job.note(ModelArtifacts={"S3ModelArtifacts": f"s3://{place.bucket}/{place.key}"})
