"""`python -m infra.local`: up, down, prepare-training."""

import argparse
import errno
import os
import signal
import sys
from pathlib import Path

from infra.local.failures import LocalFailure
from infra.local.folders import DEFAULT_STATE
from infra.local.progress import note
from infra.local.tools.job import ensure_job
from infra.local.up import down, up


def main() -> int:
    """Run one command; the status is 2 for what a person has to mend."""
    arguments = _parse()
    try:
        if arguments.command == "up":
            return up(arguments.state, arguments.port, training=arguments.training)
        if arguments.command == "down":
            return down(arguments.state)
        note(f"   Full trainings run with {ensure_job()}")
    except LocalFailure as failure:
        note(f"\n{failure}")
        return failure.exit_code
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        note(f"\n{'The disk is full' if full else 'This machine refused something'}: {error}")
        return LocalFailure.exit_code
    except KeyboardInterrupt:
        note("\nStopped; nothing was left running.")
        return 128 + signal.SIGINT
    return 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    start = commands.add_parser("up", help="bring a stack up and keep it until Ctrl-C")
    start.add_argument(
        "--port", type=_port, help="where to answer (default: the last or a free one)"
    )
    start.add_argument("--training", action="store_true", help="install what full trainings need")
    stop = commands.add_parser("down", help="stop the stack")
    for command in (start, stop):
        command.add_argument(
            "--state", type=Path, default=DEFAULT_STATE, help="its folder (default: %(default)s)"
        )
    commands.add_parser("prepare-training", help="install what full trainings need (torch)")
    return parser.parse_args()


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:  # noqa: PLR2004 - the range of ports
        raise argparse.ArgumentTypeError(f"{text!r} is not a port (1 to 65535)")
    return int(text)


if __name__ == "__main__":
    # A child that writes into a closed pipe must not keep this from cleaning up.
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    sys.exit(main())
