"""The parts of the peers' benchmark that could make its figures wrong without anybody seeing."""

import itertools
import json
from pathlib import Path

import pytest

from infra.repository import ROOT
from tests.bench.speed.peers import messages
from tests.bench.speed.peers.calling import timed
from tests.bench.speed.peers.contenders import OURS, contenders
from tests.bench.speed.peers.environments import FOLDER, pinned
from tests.bench.speed.peers.measure import is_same
from tests.bench.speed.peers.model import LABELS, expected, make_model
from tests.bench.speed.peers.process_tree import Stat, parse_stat, ticks_of_tree
from tests.bench.speed.peers.result import Load, result_of
from tests.bench.speed.peers.servers.recognizer import Recognizer
from tests.bench.speed.photos import photos

JPEG = b"\xff\xd8 no picture \xff\xd9"


def test_a_processs_ticks_are_read_whatever_its_program_is_called() -> None:
    line = "42 (a (b) c) S 7 42 40 0 -1 4194560 1 2 3 4 100 20 3 1 20 0 9 0 55 0 0"
    assert parse_stat(line) == Stat(pid=42, parent=7, session=40, ticks=124)


def test_all_of_a_server_counts_and_nothing_else() -> None:
    stats = [
        Stat(1, 0, 1, 1_000_000),
        Stat(10, 1, 1, 1),
        Stat(11, 10, 11, 20),
        Stat(12, 11, 11, 300),
        # Its parent has ended; its session's leader is the server's.
        Stat(13, 1, 11, 4_000),
        Stat(14, 13, 14, 50_000),
        Stat(15, 1, 15, 1_000_000),
    ]
    for order in (stats, stats[::-1]):
        assert ticks_of_tree(10, {stat.pid: stat for stat in order}) == 54_321


def test_pictures_count_for_the_cpu_time_that_they_took() -> None:
    waits = [0.010] * 98 + [0.020, 0.030]
    result = result_of("x", "1", 4, Load(waits, cpu_seconds=2.5))
    assert result.pictures_per_second_per_core == 40
    assert result.pictures_per_second_per_core_with_gateway == 40
    assert [result.p50_ms, result.p99_ms] == pytest.approx([10, 20.1])


def test_what_stands_in_for_awss_gateway_counts_in_the_second_figure_alone() -> None:
    result = result_of("x", "1", 4, Load([0.010] * 100, cpu_seconds=2.5, gateway_cpu_seconds=0.5))
    assert result.pictures_per_second_per_core == 50
    assert result.pictures_per_second_per_core_with_gateway == 40


def test_what_was_measured_in_turns_counts_together() -> None:
    together = Load.none() + Load([0.1], 2.0, 0.5) + Load([0.2, 0.3], 1.0)
    assert together == Load((0.1, 0.2, 0.3), 3.0, 0.5)


@pytest.mark.parametrize("load", [Load([], 1.0), Load([0.1], 0.0), Load([0.1], 1.0, 1.0)])
def test_what_was_not_measured_has_no_figures(load: Load) -> None:
    with pytest.raises(ValueError, match="x answered"):
        result_of("x", "1", 1, load)


def test_a_caller_goes_on_until_the_time_is_over() -> None:
    turns: list[int] = []
    clock = itertools.count(100.0, 0.4)
    assert timed(turns.append, 1.0, lambda: next(clock)) == [pytest.approx(0.4)] * 3
    assert turns == [0, 1, 2]


def test_a_caller_sends_at_least_once() -> None:
    clock = itertools.count(0.0, 5.0)
    assert timed(lambda _: None, 1.0, lambda: next(clock)) == [5.0]


def test_what_peers_run_answers_what_this_project_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = make_model(tmp_path / "model")
    monkeypatch.setenv("PEER_MODEL", str(served.folder))
    recognizer, pictures = Recognizer(), photos("0.3", 3).files
    for picture, right in zip(pictures, expected(served, pictures), strict=True):
        assert is_same(recognizer.classify(picture), right)
        assert 0.1 < max(right.values()) < 0.999
    first, second, _ = expected(served, pictures)
    assert not is_same(first, second)


def test_servers_of_the_same_name_would_be_one_in_the_figures() -> None:
    names = [contender.name for contender in contenders()]
    assert names[0] == OURS
    assert len(set(names)) == len(names)


def test_answers_with_other_labels_are_not_the_same() -> None:
    assert is_same({"a": 0.5, "b": 0.5}, {"a": 0.5001, "b": 0.4999})
    assert not is_same({"a": 0.5}, {"a": 0.5, "b": 0.5})
    assert not is_same({"a": 0.51, "b": 0.49}, {"a": 0.5, "b": 0.5})


def test_answers_of_each_server_are_read_by_label() -> None:
    chances = [number / 45 for number in range(10)]
    right = dict(zip(LABELS, chances, strict=True))
    labels = [{"id": "x", "name": name, "prob": chance} for name, chance in right.items()]
    ours = {"records": [{"labels": labels[::-1], "_status": {"code": 200}}]}
    output = {"name": "probabilities", "shape": [1, 10], "data": chances}
    assert messages.read_oriel(json.dumps(ours).encode()) == right
    assert messages.read_mlserver(json.dumps({"outputs": [output]}).encode()) == right
    assert messages.read_plain(json.dumps(right).encode()) == right


def test_a_refused_record_is_no_answer() -> None:
    refused = {"records": [{"_status": {"code": 400, "text": "damaged"}}]}
    with pytest.raises(ValueError, match="damaged"):
        messages.read_oriel(json.dumps(refused).encode())


def test_a_form_holds_the_picture_between_its_boundaries() -> None:
    call = messages.call_form(JPEG)
    boundary = call.headers["Content-Type"].partition("boundary=")[2].encode()
    before, part, after = call.body.split(b"--" + boundary)
    assert (before, after) == (b"", b"--\r\n")
    assert part.partition(b"\r\n\r\n")[2] == JPEG + b"\r\n"


@pytest.mark.parametrize("requirements", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
@pytest.mark.parametrize("package", ["onnxruntime", "pillow", "numpy"])
def test_all_run_the_same_release_of_what_does_the_work(requirements: Path, package: str) -> None:
    ours = (ROOT / "pyproject.toml").read_text()
    assert f'"{package}=={pinned(requirements.read_text(), package)}"' in ours


def test_a_pinned_version_has_no_marker() -> None:
    pins = "one==1.0\ntwo==2.0 ; sys_platform != 'win32'\n"
    assert (pinned(pins, "one"), pinned(pins, "two")) == ("1.0", "2.0")
    with pytest.raises(KeyError):
        pinned(pins, "three")
