"""Which port a stack takes."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.failures import LocalFailure, PortTaken
from infra.local.ports import HOST, SPARE_PORTS, choose_port, is_free, keep_port


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        listener.listen()
        yield listener.getsockname()[1]


def free_port() -> int:
    return next(port for port in SPARE_PORTS if is_free(port))


def test_a_taken_port_is_refused_with_advice(tmp_path: Path, taken: int) -> None:
    with pytest.raises(PortTaken, match=f"Port {taken} is in use.*--port"):
        choose_port(taken, tmp_path / "port")


def test_a_wanted_free_port_is_taken(tmp_path: Path) -> None:
    wanted = free_port()
    assert choose_port(wanted, tmp_path / "port") == wanted


def test_without_a_wish_some_free_port_is_found(tmp_path: Path) -> None:
    assert is_free(choose_port(None, tmp_path / "port"))


def test_a_state_comes_back_on_the_port_it_was_made_on(tmp_path: Path) -> None:
    made_on = free_port()
    keep_port(made_on, tmp_path / "port")
    assert choose_port(None, tmp_path / "port") == made_on
    assert choose_port(made_on, tmp_path / "port") == made_on


def test_a_state_refuses_another_port_than_its_own(tmp_path: Path) -> None:
    made_on = free_port()
    keep_port(made_on, tmp_path / "port")
    with pytest.raises(LocalFailure, match=f"made on port {made_on}"):
        choose_port(made_on + 1, tmp_path / "port")


def test_a_states_own_port_taken_by_another_program_is_refused(tmp_path: Path, taken: int) -> None:
    keep_port(taken, tmp_path / "port")
    with pytest.raises(PortTaken, match="--state"):
        choose_port(None, tmp_path / "port")


def test_a_broken_note_of_the_port_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "port").write_text("no number")
    wanted = free_port()
    assert choose_port(wanted, tmp_path / "port") == wanted
