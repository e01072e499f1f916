"""The unmodified `ximilar-client` 1.39.0: our tests of every method, and the tests it ships."""

import io
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from infra.local.client_tests import SUITE, ensure_client, run_suite
from infra.local.demo.sample import read_part
from infra.local.stack import Stack, running_stack
from infra.local.tools.python import outside
from tests.e2e.vendor_hosts import VendorHosts, vendor_hosts
from tests.integration.probes import eventually
from tests.integration.public_api import BLUE, RED, Member, new_member, png

SUITE_SECONDS = 1500
ELSEWHERE = {
    "test_10_fashion_tagging": "a ready-made service",
    "test_11_parallel_fashion_processing": "a ready-made service",
    "test_12_generic_tagging": "a ready-made service",
    "test_13_detection_workflow": "detection is not built yet",
    "test_15_dominant_color_product": "a ready-made service",
    "test_16_dominant_color_generic": "a ready-made service",
    "test_17_test_flow": "flows are not built yet",
}
"""Tests that the client ships for what oriel does not offer, and why."""

EACH = 20


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack that can train fully, since that is what the client asks for."""
    with running_stack(tmp_path_factory.mktemp("client"), with_training_jobs=True) as stack:
        yield stack


@pytest.mark.timeout(SUITE_SECONDS)
def test_every_method_of_the_real_client_works(stack: Stack) -> None:
    done = run_suite(stack.url, stack.token, output=subprocess.PIPE)
    assert done.returncode == 0, done.stdout


@pytest.mark.timeout(SUITE_SECONDS)
def test_the_tests_that_the_client_ships_pass(stack: Stack, tmp_path: Path) -> None:
    member = new_member(stack)
    train_a_task(member)
    (tmp_path / "ximilar.png").write_bytes(read_part("train")[0].data)
    (tmp_path / "big_image.jpg").write_bytes(large_picture())
    with vendor_hosts(stack.url, large_picture(), tmp_path) as hosts:
        done = run_shipped_tests(member.token, tmp_path, hosts)
    assert done.returncode == 0, done.stdout
    assert "10 passed" in done.stdout


def run_shipped_tests(
    token: str, folder: Path, hosts: VendorHosts
) -> "subprocess.CompletedProcess[str]":
    interpreter = ensure_client()
    (shipped,) = interpreter.parent.parent.glob("lib/python3*/site-packages/tests/client.py")
    left_out = [f"--deselect=client.py::{name}" for name in ELSEWHERE]
    plugins = ["-c", os.devnull, "-p", "redirected", "-p", "no:cacheprovider"]
    options = [*plugins, f"--rootdir={shipped.parent}", f"--token={token}", *left_out]
    return subprocess.run(
        [interpreter, "-m", "pytest", *options, shipped],
        cwd=folder,
        env={
            **outside(),
            "PYTHONPATH": os.fspath(SUITE),
            "ORIEL_REDIRECT_PORT": str(hosts.port),
            "REQUESTS_CA_BUNDLE": os.fspath(hosts.authority),
        },
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def train_a_task(member: Member) -> None:
    """The shipped tests classify with the first task of the workspace."""
    task_id, labels = member.task("red", "blue")
    for seed in range(EACH):
        member.upload(png(RED, seed), labels["red"])
        member.upload(png(BLUE, seed), labels["blue"])
    path = f"recognition/v2/task/{task_id}"
    eventually(lambda: member.send("POST", f"{path}/train", json={"mode": "instant"}).ok)
    eventually(lambda: member.get(path)["production_version"] == 1)


def large_picture() -> bytes:
    """Upright, and larger than the client's bound on both sides."""
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize((600, 800)).convert("RGB").save(buffer, "JPEG")
    return buffer.getvalue()
