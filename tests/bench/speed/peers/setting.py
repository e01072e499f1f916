"""What every server is given, and what is known of each."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from tests.bench.speed.peers.calling import Call
from tests.bench.speed.peers.model import Served


@dataclass(frozen=True, slots=True)
class Setting:
    """The model, a free port, how many processes may run it, a folder, and a call to wait for."""

    served: Served
    port: int
    workers: int
    folder: Path
    first: Call


@dataclass(frozen=True, slots=True)
class Processes:
    """A server that runs: all of it is below `root`.

    `gateway` is the one of them that stands in for what AWS runs and does not sell by the core;
    the others have none, as whoever runs them pays for their HTTP server too.
    """

    root: int
    gateway: int | None = None


Start: TypeAlias = Callable[[Setting], AbstractContextManager[Processes]]
"""Runs a server while the context lasts."""


@dataclass(frozen=True, slots=True)
class Contender:
    """A server: how it is started, how a JPEG is sent to it, and how its answers are read."""

    name: str
    version: str
    start: Start
    call: Callable[[bytes], Call]
    read: Callable[[bytes], dict[str, float]]
