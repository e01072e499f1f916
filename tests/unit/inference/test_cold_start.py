"""What inference and the meter load before their first answer."""

import json
import subprocess
import sys

import pytest

NEVER = {"aws_xray_sdk", "pydantic", "requests", "scipy", "torch"}
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "CORE_TABLE": "core",
    "USAGE_TABLE": "usage",
    "MODELS_BUCKET": "models",
    "USAGE_OUTBOX_URL": "https://sqs.eu-west-1.amazonaws.com/000000000000/outbox",
}
PROGRAM = """
import importlib, json, sys
importlib.import_module(sys.argv[1])
print(json.dumps(sorted(sys.modules)))
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


@pytest.mark.parametrize("function", ["inference", "meter"])
def test_loads_no_validation_no_tracer_and_no_second_http_client(function: str) -> None:
    assert loaded_by(function).isdisjoint(NEVER)


def test_loads_no_native_code_into_the_meter() -> None:
    assert loaded_by("meter").isdisjoint({"numpy", "onnxruntime", "PIL", "oriel_vision"})


def test_loads_the_backbone_before_the_first_request() -> None:
    assert "onnxruntime" in loaded_by("inference")
