"""The same training by one process and by two, which talk through gloo as machines would."""

import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from job_folder import PROCESS_SECONDS, JobFolder

MakeJob = Callable[[], JobFolder]
# Batches of an odd number, so that one process has a picture more; a rate at which what floats
# lose does not grow from step to step.
SETTINGS = {
    "time_budget_seconds": 600,
    "seed": 3,
    "epochs": 2,
    "batch_size": 5,
    "learning_rate": 2e-5,
}
LAUNCHER = (
    *(sys.executable, "-m", "torch.distributed.run", "--standalone", "--nnodes=1"),
    *("--nproc-per-node=2", "train.py"),
)


def run_by_two(job: JobFolder, **options: float) -> tuple[int, str]:
    """Run the script as `torchrun` would on a machine with two GPUs."""
    ended = subprocess.run(
        LAUNCHER,
        cwd=job.source,
        # The launcher's own warnings are not ours.
        env={**job.variables(**options), "PYTHONWARNINGS": "", "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PROCESS_SECONDS,
        check=False,
    )
    return ended.returncode, ended.stdout


def test_two_processes_make_the_model_that_one_makes(make_job: MakeJob) -> None:
    alone, by_two = make_job(), make_job()
    alone.add_pictures()
    by_two.add_pictures()
    status, lines = alone.run(**SETTINGS)
    assert status == 0, lines
    status, output = run_by_two(by_two, **SETTINGS)
    assert status == 0, output
    one, two = alone.report(), by_two.report()
    assert one["parity"]["image_ids"] == two["parity"]["image_ids"]
    assert np.allclose(one["parity"]["logits"], two["parity"]["logits"], atol=0.02)
    assert one["validation"]["loss"] == pytest.approx(two["validation"]["loss"], abs=0.01)
    assert two["epochs"] == one["epochs"] == 2
    assert [line for line in output.splitlines() if line.startswith("phase=start")] == [
        line for line in lines if line.startswith("phase=start")
    ], "only the first process speaks"
    assert sorted(path.name for path in by_two.model.iterdir()) == ["model.onnx", "report.json"]


def test_several_processes_refuse_a_search(make_job: MakeJob) -> None:
    job = make_job()
    job.add_pictures()
    status, output = run_by_two(job, **SETTINGS, search=True)
    assert status != 0
    assert "A search runs in one process" in job.failure.read_text(), output
