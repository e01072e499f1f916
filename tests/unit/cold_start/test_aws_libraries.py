"""Nothing reads more of boto3 than it takes."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.repository import CORE_LAYER, FUNCTIONS, VISION_LAYER
from tests.unit.cold_start import loading

SOURCES = sorted(
    file for folder in (FUNCTIONS, CORE_LAYER, VISION_LAYER) for file in folder.rglob("*.py")
)
INFERENCE = {
    "IMAGES_BUCKET": "images",
    "MODELS_BUCKET": "models",
    "USAGE_OUTBOX_URL": "https://sqs.test/outbox",
    "SHADOW_QUEUE_URL": "https://sqs.test/shadows",
}
UNREAD = {
    "boto3",
    "s3transfer",
    "jmespath",
    "dateutil",
    "urllib3",
    "aws_lambda_powertools",
    "pydantic",
    "multipart",
    "requests",
    "torch",
    "onnx",
    "aws_xray_sdk",
}


def resource_calls(source: str) -> Iterator[str]:
    """Yield uses of boto3's resources, which read descriptions of their own and make classes."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "resource":
                yield ast.unparse(node)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("boto3"):
            yield ast.unparse(node)
        elif isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name.startswith("boto3."))


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.name)
def test_nothing_uses_boto3s_resources(file: Path) -> None:
    assert list(resource_calls(file.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "import boto3\nboto3.resource('s3')",
        "session.resource('dynamodb').Table('x')",
        "from boto3.dynamodb.conditions import Key",
        "import boto3.dynamodb.types",
    ],
)
def test_what_looks_for_resources_finds_them(source: str) -> None:
    assert list(resource_calls(source))


def test_inference_answers_without_boto3() -> None:
    assert loading.loaded_by("inference", **INFERENCE).isdisjoint(UNREAD)


def test_what_few_answers_need_is_not_read_for_the_first() -> None:
    rare = {f"oriel.adapters.dynamodb.{store}" for store in ("images", "labels", "members")}
    services = {f"oriel.services.{one}" for one in ("keep_pictures", "shadows", "trials")}
    unread = {
        *rare,
        *services,
        "email.parser",
        "http.client",
        "lzma",
        "oriel.adapters.fetch",
        "oriel.domain.billing.ledger",
        "PIL.AvifImagePlugin",
        "PIL.TiffImagePlugin",
    }
    assert loading.modules_of("inference", **INFERENCE).isdisjoint(unread)


def test_inference_reads_of_botocore_the_names_of_errors_alone() -> None:
    modules = loading.modules_of("inference", **INFERENCE)
    assert "botocore.exceptions" in modules
    assert modules.isdisjoint({"botocore.client", "botocore.session", "botocore.loaders"})
