"""What a function loads before its first answer, seen in a fresh process."""

import json
import subprocess
import sys

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "CORE_TABLE": "core",
    "SWEEP_QUEUE_URL": "https://sqs.test/sweep",
    "USAGE_TABLE": "usage",
    "WORKSPACE_TOPICS_ARN": "arn:aws:sns:eu-west-1:000000000000:none",
}
PROGRAM = """
import importlib, json, sys
importlib.import_module(sys.argv[1])
print(json.dumps(sorted(sys.modules)))
"""


def loaded_by(function: str, **settings: str) -> set[str]:
    """The top-level modules that a handler's module brings, given no more than these settings."""
    return {name.partition(".")[0] for name in modules_of(function, **settings)}


def modules_of(function: str, **settings: str) -> set[str]:
    """All modules that a handler's module brings, given no more than these settings."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, f"functions.{function}.handler"],
        env={**ENVIRONMENT, **settings},
        capture_output=True,
        check=True,
        text=True,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))
