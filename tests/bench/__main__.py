"""`poe bench <name>`: what oriel is worth beside its floor and its peers, measured here and now.

A benchmark asserts nothing. It prints what it finds, and as its last line one JSON object.
"""

import argparse
import sys

from infra.local.failures import LocalFailure
from infra.local.progress import note
from tests.bench.accuracy import run as accuracy


def main() -> int:
    """Run the benchmark that is named."""
    parser = argparse.ArgumentParser(prog="poe bench", description=__doc__)
    benchmarks = parser.add_subparsers(dest="name", required=True, metavar="name")
    accuracy.describe(benchmarks.add_parser("accuracy", help="how often models are right"))
    arguments = parser.parse_args()
    try:
        accuracy.run(arguments)
    except LocalFailure as failure:
        note(f"\n{failure}")
        return failure.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
