"""`poe bench <name>`: what oriel is worth beside its floor and its peers, measured here and now.

A benchmark asserts nothing. It prints what it finds, and as its last line one JSON object.
"""

import argparse
import sys

from infra.local.failures import LocalFailure
from infra.local.progress import note
from tests.bench.accuracy import run as accuracy
from tests.bench.speed import run as speed

BENCHMARKS = {
    "accuracy": (accuracy, "how often models are right"),
    "speed": (speed, "how fast, how large and how dear answers are"),
}


def main() -> int:
    """Run the benchmark that is named."""
    parser = argparse.ArgumentParser(prog="poe bench", description=__doc__)
    benchmarks = parser.add_subparsers(dest="name", required=True, metavar="name")
    for name, (benchmark, summary) in BENCHMARKS.items():
        benchmark.describe(benchmarks.add_parser(name, help=summary))
    arguments = parser.parse_args()
    try:
        BENCHMARKS[arguments.name][0].run(arguments)
    except LocalFailure as failure:
        note(f"\n{failure}")
        return failure.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
