"""What one instance holds in memory, measured in a process of its own behind the real handler."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.repository import ROOT
from tests.fakes.deployed_inference import MEMORY_MIB

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="only Linux says what a process holds"
)

AFTER_A_ROUND_MIB = 100
"""What the allocator may have scattered when all models come by once more."""


def held(*arguments: object) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.functional.inference.hold_in_memory", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def test_a_thousand_tasks_in_turn_stay_within_the_memory_of_the_function() -> None:
    tasks, labels = 1000, 400
    heads_mib = tasks * 1281 * labels * 4 / 2**20
    assert heads_mib > MEMORY_MIB, "kept all at once they would not fit, so that something is shown"
    found = held("heads", tasks, labels)
    assert found["answers"] == found["loads"] == tasks
    assert found["peak_mib"] < MEMORY_MIB


def test_fifty_networks_cycle_through_the_cache_within_the_memory_of_the_function() -> None:
    networks, rounds = 50, 2
    found = held("networks", networks, 10, rounds)
    assert found["answers"] == networks * rounds
    # The cache holds fewer than there are, so that each one is loaded again when its turn comes.
    assert found["loads"] == networks * rounds
    assert found["peak_mib"] < MEMORY_MIB
    first, second = found["after_rounds_mib"]
    assert second - first < AFTER_A_ROUND_MIB
