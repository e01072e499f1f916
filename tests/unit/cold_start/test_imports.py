"""What a function loads before its first answer is what every cold start waits for."""

import pytest

from tests.unit.cold_start import loading

HEAVY = [
    "numpy",
    "onnxruntime",
    "PIL",
    "oriel_vision",
    "multipart",
    "requests",
    "torch",
    "aws_xray_sdk",
]
SETTINGS = {
    "IMPORT_MACHINE_ARN": "arn:aws:states:eu-west-1:000000000000:stateMachine:none",
    "IMAGES_BUCKET": "images",
    "MODELS_BUCKET": "models",
    "TRAINING_MACHINE_ARN": "arn:aws:states:eu-west-1:000000000000:stateMachine:none",
    "WORKSPACE_TOPICS_ARN": "arn:aws:sns:eu-west-1:000000000000:none",
}


def loaded_by(function: str) -> set[str]:
    return loading.loaded_by(function, **SETTINGS)


@pytest.mark.parametrize(
    "function", ["api", "authorizer", "bootstrap", "import_plan", "import_finish"]
)
def test_no_native_code_and_no_second_http_client_is_loaded(function: str) -> None:
    assert loaded_by(function).isdisjoint(HEAVY)


@pytest.mark.parametrize("function", ["authorizer"])
def test_the_authorizer_loads_no_validation_library(function: str) -> None:
    assert loaded_by(function).isdisjoint({"pydantic", "aws_lambda_powertools"})
