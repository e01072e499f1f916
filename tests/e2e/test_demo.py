"""The demo as a new user starts it: from nothing to figures, and gone without a trace."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from infra.repository import ROOT
from tests.integration.probes import eventually
from tests.integration.test_up import processes_of

DEMO_SECONDS = 1500
UPLOADING_SECONDS = 300.0


def demo(temporary: Path, *options: str) -> "subprocess.Popen[str]":
    """Start the demo with all that it makes below one folder."""
    return subprocess.Popen(
        [sys.executable, "-m", "infra.local.demo", *options],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@pytest.mark.timeout(DEMO_SECONDS + 60)
def test_the_demo_trains_twice_and_bills_exactly_what_it_answered(tmp_path: Path) -> None:
    temporary, summary = tmp_path / "tmp", tmp_path / "summary" / "demo.html"
    temporary.mkdir()
    running = demo(temporary, "--summary", str(summary))
    said, _ = running.communicate(timeout=DEMO_SECONDS)
    assert running.returncode == 0, said
    figures = json.loads(said.splitlines()[-1])
    assert figures["images_uploaded"] == 2000
    assert figures["instant"]["accuracy"] >= 0.84
    assert figures["full"]["accuracy"] >= 0.87
    assert figures["records_answered"] == figures["records_billed"] == 2050
    assert figures["p50_ms"] > 0
    assert "Confusion matrix of version 2 (full)" in summary.read_text()
    assert not list(temporary.iterdir())
    assert not processes_of(tmp_path)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_killing_the_demo_half_way_leaves_no_process(
    tmp_path: Path, number: signal.Signals
) -> None:
    running = demo(tmp_path, "--fast", "--summary", str(tmp_path / "demo.html"))
    assert running.stdout
    with running, running.stdout as lines:
        deadline = time.monotonic() + UPLOADING_SECONDS
        uploading = next((line for line in lines if "uploading" in line), None)
        assert uploading
        assert time.monotonic() < deadline
        assert processes_of(tmp_path)
        running.send_signal(number)
        rest = lines.read()
        status = running.wait(timeout=60)
    eventually(lambda: not processes_of(tmp_path))
    if number is not signal.SIGKILL:
        assert status == 130
        assert "nothing was left running" in rest
        assert not list(tmp_path.glob("oriel-demo-*"))
