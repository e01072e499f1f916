"""How much memory this process really holds, which is what Lambda ends a function for."""

import re
from pathlib import Path

_STATUS = Path("/proc/self/status")
_KIB_PER_MIB = 1024


def resident_mib() -> float:
    """Return the resident memory of this moment in MiB; Linux alone can say it."""
    return _mib("VmRSS")


def peak_mib() -> float:
    """Return the most that was ever resident in MiB; Linux alone can say it."""
    return _mib("VmHWM")


def _mib(name: str) -> float:
    found = re.search(rf"^{name}:\s+(\d+) kB$", _STATUS.read_text(), re.MULTILINE)
    if found is None:
        raise OSError(f"{_STATUS} does not say {name}")
    return int(found[1]) / _KIB_PER_MIB
