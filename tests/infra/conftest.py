import os
from pathlib import Path

import pytest

from infra import app as real_app
from infra.context import new_app
from infra.local import app as local_app
from infra.local.tools.cdk import node
from tests.infra.assembly import Assembly

HERE = {"account": "000000000000", "region": "us-east-1"}
NO_CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_REGION")


@pytest.fixture(scope="session", autouse=True)
def _cloudless() -> None:
    """Synthesize with the project's own Node.js and without any account."""
    os.environ.setdefault("JSII_NODE", str(node()))
    for name in NO_CREDENTIALS:
        os.environ.pop(name, None)


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """The stacks of a real account, which is not known yet."""
    return synthesize(real_app, tmp_path_factory.mktemp("real"))


@pytest.fixture(scope="session")
def real_here(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """The stacks of a real account whose number is the emulator's."""
    return synthesize(real_app, tmp_path_factory.mktemp("real_here"), **HERE)


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """The stacks of one machine."""
    return synthesize(local_app, tmp_path_factory.mktemp("local"))


def synthesize(module: object, folder: Path, **choices: object) -> Assembly:
    app = new_app(str(folder), **choices)
    module.build(app)  # type: ignore[attr-defined]
    app.synth()
    return Assembly(folder)
