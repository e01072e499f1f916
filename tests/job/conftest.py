import os
import tarfile
from collections.abc import Callable

import pytest
from job_folder import JobFolder

from infra.job_source import build_job_source

# As in train.py, and before anything imports torch.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

MakeJob = Callable[[], JobFolder]


@pytest.fixture(scope="session")
def make_job(tmp_path_factory: pytest.TempPathFactory) -> MakeJob:
    """Empty jobs, on the source as it is deployed."""
    folder = tmp_path_factory.mktemp("source")
    with tarfile.open(build_job_source(folder)) as archive:
        archive.extractall(folder / "code", filter="data")
    return lambda: JobFolder(tmp_path_factory.mktemp("job"), folder / "code")
