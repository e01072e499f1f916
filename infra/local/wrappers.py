"""The programs that only wait for this one: `uv run poe up` is uv, poe, uv again, and then this.

When one of them is killed it cannot pass that on, and this program would go on without its user.
"""

import os
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

WRAPPERS = frozenset({"uv", "poe"})
POLL_SECONDS = 0.5
Links = dict[int, int]


def watch_wrappers(end: Callable[[], None]) -> None:
    """Call `end` once any of the wrappers around this process is gone."""
    links = wrapper_links(os.getpid())
    if not links:
        return

    def watch() -> None:
        while all(parent_of(child) == parent for child, parent in links.items()):
            time.sleep(POLL_SECONDS)
        end()

    threading.Thread(target=watch, daemon=True, name="wrapper-watch").start()


def wrapper_links(process_id: int) -> Links:
    """Each process from this one upwards and its parent, as long as that is a wrapper."""
    links: Links = {}
    parent = parent_of(process_id)
    while parent and WRAPPERS & {Path(part).name for part in command_of(parent)[:2]}:
        links[process_id] = parent
        process_id, parent = parent, parent_of(parent)
    return links


def parent_of(process_id: int) -> int | None:
    """The parent's id; None when the process is gone."""
    said = _ps("ppid=", process_id)
    return int(said) if said else None


def command_of(process_id: int) -> list[str]:
    """The program and its arguments, empty when the process is gone."""
    return _ps("args=", process_id).split()


def _ps(field: str, process_id: int) -> str:
    folder = Path(f"/proc/{process_id}")
    try:
        if field == "ppid=":
            # The name before the parent's id is in parentheses and may hold anything.
            return (folder / "stat").read_text().rpartition(")")[2].split()[1]
        return (folder / "cmdline").read_text().replace("\0", " ")
    except OSError:
        if Path("/proc/self").exists():
            return ""
    asked = subprocess.run(
        ["ps", "-o", field, "-p", str(process_id)], capture_output=True, text=True, check=False
    )
    return asked.stdout.strip()
