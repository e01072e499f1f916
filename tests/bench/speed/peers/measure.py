"""Pictures per second per core, beside what a user would pick instead.

All servers are up on this machine, and one at a time is asked. Each has first to give the right
answer to every picture; then 1, 4 and 16 callers keep it busy, in turn with the others. Callers are
threads of this process: they take a share of the machine's cores, the same for each server, and
their CPU time counts for none of them.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.local.failures import LocalFailure
from infra.local.ports import choose_port
from infra.local.progress import note
from tests.bench.speed.peers.calling import Call, ask, connect, drive
from tests.bench.speed.peers.contenders import contenders
from tests.bench.speed.peers.model import Served, expected, make_model
from tests.bench.speed.peers.process_tree import cpu_seconds, cpu_seconds_alone
from tests.bench.speed.peers.result import Load, PeerResult, result_of
from tests.bench.speed.peers.setting import Contender, Processes, Setting
from tests.bench.speed.photos import photos

CALLERS = (1, 4, 16)
MEGAPIXELS, PICTURES = "0.3", 16
"""The smallest pictures, with which what a server adds weighs most."""
WARM_UP_SECONDS = 2.0
TURNS = 4
TOLERANCE = 1e-3
"""Of a probability; other versions of a library may round otherwise."""


class WrongAnswer(LocalFailure):
    """A server says something else than the model does: it is not measured at the same work."""


@dataclass(frozen=True, slots=True)
class Work:
    """What each server is asked, and what is right."""

    served: Served
    pictures: Sequence[bytes]
    answers: Sequence[Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class _Running:
    """A server that is up, and what it is sent."""

    contender: Contender
    processes: Processes
    port: int
    calls: Sequence[Call]


def peers(seconds: float) -> list[PeerResult]:
    """Measure each server for so many seconds with each number of callers; ours comes first.

    All of them are up at once, and are kept busy one after the other, several times over: what
    slows the machine down for a minute slows all of them. Installs the peers where they are not
    yet. Raises LocalFailure where one cannot be installed or started, or answers wrongly.
    """
    with (
        tempfile.TemporaryDirectory(prefix="oriel-peers-") as scratch,
        ExitStack() as until_measured,
    ):
        folder = Path(scratch)
        served, pictures = make_model(folder / "model"), photos(MEGAPIXELS, PICTURES).files
        work = Work(served, pictures, expected(served, pictures))
        running = [
            until_measured.enter_context(_running(contender, work, folder / contender.name))
            for contender in contenders()
        ]
        loads = [[Load.none() for _ in CALLERS] for _ in running]
        for turn in range(TURNS):
            note(f"   turn {turn + 1} of {TURNS} ...")
            for place, callers in enumerate(CALLERS):
                for one, of_one in zip(running, loads, strict=True):
                    of_one[place] += _load(one, callers, seconds / TURNS)
        return [
            result_of(one.contender.name, one.contender.version, callers, load)
            for one, of_one in zip(running, loads, strict=True)
            for callers, load in zip(CALLERS, of_one, strict=True)
        ]


@contextmanager
def _running(contender: Contender, work: Work, folder: Path) -> Iterator[_Running]:
    """Run a server that has answered rightly and is warm."""
    calls = [contender.call(picture) for picture in work.pictures]
    setting = Setting(
        served=work.served,
        port=choose_port(None, folder / "no-port-is-kept"),
        workers=len(os.sched_getaffinity(0)),
        folder=folder,
        first=calls[0],
    )
    note(f"   {contender.name} {contender.version}, {setting.workers} workers ...")
    with contender.start(setting) as processes:
        check_answers(contender, setting.port, work)
        drive(setting.port, calls, max(CALLERS), WARM_UP_SECONDS)
        yield _Running(contender, processes, setting.port, calls)


def _load(one: _Running, callers: int, seconds: float) -> Load:
    before, gateway_before = _cpu_seconds(one.processes)
    waits = drive(one.port, one.calls, callers, seconds)
    after, gateway_after = _cpu_seconds(one.processes)
    return Load(waits, after - before, gateway_after - gateway_before)


def _cpu_seconds(processes: Processes) -> tuple[float, float]:
    """Return those of all processes, and those of the gateway among them."""
    gateway = processes.gateway
    return cpu_seconds(processes.root), 0.0 if gateway is None else cpu_seconds_alone(gateway)


def check_answers(contender: Contender, port: int, work: Work) -> None:
    """Ask for every picture once; raises WrongAnswer."""
    connection = connect(port)
    for picture, right in zip(work.pictures, work.answers, strict=True):
        said = contender.read(ask(connection, contender.call(picture)))
        if not is_same(said, right):
            raise WrongAnswer(f"{contender.name} answers {said}, and {dict(right)} is right")
    connection.close()


def is_same(said: Mapping[str, float], right: Mapping[str, float]) -> bool:
    """Whether all labels have nearly the same probability."""
    return said.keys() == right.keys() and all(
        abs(said[name] - chance) <= TOLERANCE for name, chance in right.items()
    )
