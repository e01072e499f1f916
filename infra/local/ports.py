"""Which port the stack answers on."""

import random
import socket
from pathlib import Path

from infra.local.failures import LocalFailure, PortTaken

HOST = "127.0.0.1"
# Below the range from which systems take ports for outgoing connections, so that a port
# is still free when the same state is started again.
SPARE_PORTS = range(20000, 30000)
TRIES = 50


def is_free(port: int) -> bool:
    """Whether nothing listens on the port of this machine's loopback interface."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def choose_port(wanted: int | None, kept: Path) -> int:
    """The port for a state folder: the one it was made on, else the wanted one, else a free one.

    Raises:
        PortTaken: the port is in use by something else.
        LocalFailure: the state was made on another port than the wanted one.
    """
    made_on = _read(kept)
    if made_on and wanted not in (None, made_on):
        raise LocalFailure(
            f"This state was made on port {made_on}, and addresses in it carry the port: leave "
            f"--port away, or name another folder with --state."
        )
    port = made_on or wanted
    if port and not is_free(port):
        raise PortTaken(f"Port {port} is in use by another program.{_advice(made_on)}")
    return port or _any_free()


def keep_port(port: int, kept: Path) -> None:
    """Note the port that a state folder is made on."""
    kept.write_text(f"{port}\n")


def _read(kept: Path) -> int | None:
    try:
        return int(kept.read_text())
    except (OSError, ValueError):
        return None


def _advice(made_on: int | None) -> str:
    if made_on:
        return " Stop that program, or name another folder with --state."
    return " Choose another one with --port, or leave --port away."


def _any_free() -> int:
    for port in random.sample(SPARE_PORTS, TRIES):
        if is_free(port):
            return port
    raise PortTaken("No free port found on this machine.")
