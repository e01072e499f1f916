"""What inference and the meter load before their first answer."""

import json
import subprocess
import sys

import pytest

from tests.unit.cold_start import loading

NEVER = {"aws_xray_sdk", "pydantic", "requests", "scipy", "torch"}
SETTINGS = {
    "MODELS_BUCKET": "models",
    "IMAGES_BUCKET": "images",
    "SHADOW_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/000000000000/shadow",
    "USAGE_OUTBOX_URL": "https://sqs.eu-west-1.amazonaws.com/000000000000/outbox",
}


def loaded_by(function: str) -> set[str]:
    return loading.loaded_by(function, **SETTINGS)


@pytest.mark.parametrize("function", ["inference", "meter"])
def test_loads_no_validation_no_tracer_and_no_second_http_client(function: str) -> None:
    assert loaded_by(function).isdisjoint(NEVER)


def test_loads_no_native_code_into_the_meter() -> None:
    assert loaded_by("meter").isdisjoint({"numpy", "onnxruntime", "PIL", "oriel_vision"})


def test_loads_the_backbone_before_the_first_request() -> None:
    assert "onnxruntime" in loaded_by("inference")


def test_no_collection_looks_again_at_what_was_loaded_before_the_first_request() -> None:
    program = """
import gc, json
import functions.inference.handler
print(json.dumps([gc.get_freeze_count(), len(gc.get_objects())]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**loading.ENVIRONMENT, **SETTINGS},
        capture_output=True,
        check=True,
        text=True,
    )
    frozen, left = json.loads(done.stdout)
    assert frozen > 10_000
    assert left < frozen / 100
