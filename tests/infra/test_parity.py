"""One machine runs what an account runs; whatever differs is listed here."""

import os
import re
from typing import Any

from tests.infra.assembly import Assembly

ONLY_REAL = {"OrielEdge", "OrielMonitoring"}
ASSET = re.compile(r"[0-9a-f]{64}")
SETTINGS = {"FETCH_PLAIN_HTTP", "MaximumConcurrency"}
POLICIES = {"AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"}


def test_one_machine_lacks_the_stacks_that_the_emulator_cannot_take(
    real_here: Assembly, local: Assembly
) -> None:
    assert real_here.templates.keys() - local.templates.keys() == ONLY_REAL
    assert local.templates.keys() <= real_here.templates.keys()


def test_all_else_is_the_same_but_for_layers_tls_and_two_settings(
    real_here: Assembly, local: Assembly
) -> None:
    for stack, template in local.templates.items():
        assert _alike(template["Resources"]) == _alike(real_here.templates[stack]["Resources"])
        assert template.get("Outputs", {}).keys() <= real_here.templates[stack]["Outputs"].keys()


def test_only_the_real_account_refuses_plain_http(real_here: Assembly, local: Assembly) -> None:
    assert _plain_http(real_here) == {"api": "false", "inference": "false"}
    assert _plain_http(local) == {"api": "true", "inference": "true"}


def test_one_machine_takes_uploads_in_with_as_many_processes_as_processors(
    real_here: Assembly, local: Assembly
) -> None:
    assert _ingest_concurrency(real_here) == 50
    assert _ingest_concurrency(local) == max(2, os.cpu_count() or 2)


def _ingest_concurrency(assembly: Assembly) -> int:
    [concurrency] = [
        source["ScalingConfig"]["MaximumConcurrency"]
        for _, _, source in assembly.all_of("AWS::Lambda::EventSourceMapping")
        if source["BatchSize"] == 10 and "ScalingConfig" in source
    ]
    return int(concurrency)


def _plain_http(assembly: Assembly) -> dict[str, str]:
    return {
        name: variables["FETCH_PLAIN_HTTP"]
        for name, (_, _, properties) in assembly.functions.items()
        if "FETCH_PLAIN_HTTP" in (variables := properties["Environment"]["Variables"])
    }


def _alike(resources: dict[str, Any]) -> dict[str, Any]:
    """Blank what may differ: assets, statements on TLS, what hangs on them, two settings."""
    kept = {
        name: _blank(resource) for name, resource in resources.items() if not _is_tls_only(resource)
    }
    for resource in kept.values():
        _drop_tls(resource)
        resource.pop("DependsOn", None)
    return kept


def _blank(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: "..." if key in SETTINGS else _blank(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_blank(one) for one in value]
    return ASSET.sub("asset", value) if isinstance(value, str) else value


def _is_tls_only(resource: dict[str, Any]) -> bool:
    if resource["Type"] not in POLICIES:
        return False
    return all(_is_about_tls(one) for one in resource["Properties"]["PolicyDocument"]["Statement"])


def _drop_tls(resource: dict[str, Any]) -> None:
    if resource["Type"] in POLICIES:
        document = resource["Properties"]["PolicyDocument"]
        document["Statement"] = [one for one in document["Statement"] if not _is_about_tls(one)]


def _is_about_tls(statement: dict[str, Any]) -> bool:
    return statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
