"""`poe billing <command>`: what only the operator of a deployment decides, and looks after.

It works with the AWS credentials of whoever runs it, on the deployment that --stage names in their
account and region. It exits with 0, with 1 where a check found a fault, and with 2 where something
could not be done.
"""

import argparse
import sys

from botocore.exceptions import BotoCoreError, ClientError
from oriel.domain.errors import OrielError

from operate.billing import books, decisions, invoices, margins
from operate.billing.deployment import MAIN_STAGE, NoDeployment, Reached

NOT_DONE = 2


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line."""
    made = argparse.ArgumentParser(
        prog="poe billing",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--stage", default=MAIN_STAGE, help="of the deployment; main if none")
    commands = made.add_subparsers(dest="command", required=True, metavar="command")
    for part in (decisions, books, invoices, margins):
        part.describe(commands)
    return made


def main(words: list[str] | None = None) -> int:
    """Do what the command line says; return the exit code."""
    arguments = parser().parse_args(words)
    try:
        reached = Reached(arguments.stage)
        for workspace_id in _named(arguments):
            reached.check(workspace_id)
        done: int = arguments.act(reached, arguments)
    except (OrielError, NoDeployment, ClientError, BotoCoreError) as problem:
        print(f"not done: {problem}", file=sys.stderr)
        return NOT_DONE
    return done


def _named(arguments: argparse.Namespace) -> list[str]:
    """Return the workspaces that were typed: a mistake would open an account for nobody."""
    one: str | None = getattr(arguments, "workspace", None)
    several: list[str] = getattr(arguments, "workspaces", [])
    return [*several, *([one] if one else [])]


if __name__ == "__main__":
    sys.exit(main())
