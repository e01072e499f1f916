"""The CPU time of a server with all its processes, from Linux's /proc."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Stat:
    """Of one process; `ticks` are its own and those of children that ended, user and system."""

    pid: int
    parent: int
    session: int
    ticks: int


def parse_stat(text: str) -> Stat:
    """Read /proc/PID/stat as proc(5) has it; the program's name may hold blanks and brackets."""
    pid, _, rest = text.partition(" (")
    fields = rest[rest.rindex(")") + 2 :].split()
    # `fields` begins with the third one, the state.
    parent, session = int(fields[1]), int(fields[3])
    return Stat(int(pid), parent, session, sum(map(int, fields[11:15])))


def ticks_of_tree(root: int, stats: Mapping[int, Stat]) -> int:
    """Add up the ticks of a process and of what it started, directly or not.

    What has lost its parent still counts by its session.
    """
    tree = {root}
    grown = True
    while grown:
        more = {
            stat.pid
            for stat in stats.values()
            if stat.pid not in tree and (stat.parent in tree or stat.session in tree)
        }
        tree |= more
        grown = bool(more)
    return sum(stats[pid].ticks for pid in tree if pid in stats)


def cpu_seconds(root: int) -> float:
    """Return the CPU seconds that a process tree has used so far, to a hundredth a process."""
    return ticks_of_tree(root, _stats(PROC.iterdir())) / os.sysconf("SC_CLK_TCK")


def cpu_seconds_alone(pid: int) -> float:
    """Return the CPU seconds of one process, without those of what it started that still runs."""
    return parse_stat((PROC / str(pid) / "stat").read_text()).ticks / os.sysconf("SC_CLK_TCK")


def only_child(pid: int) -> int:
    """Return what a process started; raises ValueError unless that is one process."""
    (child,) = (stat.pid for stat in _stats(PROC.iterdir()).values() if stat.parent == pid)
    return child


def _stats(folders: Iterable[Path]) -> dict[int, Stat]:
    found = {}
    for folder in folders:
        if folder.name.isdigit():
            try:
                stat = parse_stat((folder / "stat").read_text(errors="replace"))
            except OSError:
                continue  # It has ended since it was listed.
            found[stat.pid] = stat
    return found
