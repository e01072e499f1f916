"""What a function loads before its first answer is what every cold start waits for."""

import json
import subprocess
import sys

import pytest

HEAVY = ["numpy", "onnxruntime", "PIL", "oriel_vision", "requests", "torch", "aws_xray_sdk"]
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "CORE_TABLE": "core",
    "USAGE_TABLE": "usage",
    "IMAGES_BUCKET": "images",
    "TRAINING_MACHINE_ARN": "arn:aws:states:eu-west-1:000000000000:stateMachine:none",
}
PROGRAM = """
import importlib, json, sys
importlib.import_module(sys.argv[1])
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def loaded_by(function: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, f"functions.{function}.handler"],
        env=ENVIRONMENT,
        capture_output=True,
        check=True,
        text=True,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("function", ["api", "authorizer", "bootstrap"])
def test_no_native_code_and_no_second_http_client_is_loaded(function: str) -> None:
    assert loaded_by(function).isdisjoint(HEAVY)


@pytest.mark.parametrize("function", ["authorizer"])
def test_the_authorizer_loads_no_validation_library(function: str) -> None:
    assert loaded_by(function).isdisjoint({"pydantic", "aws_lambda_powertools"})
