"""Nothing costs while nothing happens, but for what docs/operations.md gives a price.

All stacks are scanned: a resource of a type that is not listed here fails, and so does a setting
that bills by the hour, wherever in a resource it stands.
"""

from collections.abc import Iterator
from typing import Any

from tests.infra.assembly import Assembly

# Free by themselves; data, requests, messages, seconds and log lines are what costs.
COST_BY_USE = {
    "AWS::ApiGateway::Account",
    "AWS::ApiGateway::Authorizer",
    "AWS::ApiGateway::Deployment",
    "AWS::ApiGateway::GatewayResponse",
    "AWS::ApiGateway::Method",
    "AWS::ApiGateway::Resource",
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGateway::Stage",
    "AWS::CDK::Metadata",
    "AWS::DynamoDB::Table",
    "AWS::Events::Rule",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Permission",
    "AWS::Logs::LogGroup",
    # Its metric is billed for the hours in which it counted something.
    "AWS::Logs::MetricFilter",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
    "AWS::StepFunctions::StateMachine",
}
COST_BY_MONTH = {
    "OrielEdge": {"AWS::WAFv2::WebACL": 1, "AWS::WAFv2::WebACLAssociation": 1},
    "OrielMonitoring": {
        "AWS::Budgets::Budget": 1,
        "AWS::CloudWatch::Alarm": 24,
        "AWS::CloudWatch::Dashboard": 1,
    },
}
# Each setting by which a resource of the types above would cost while nothing happens.
COST_BY_HOUR = {
    "CacheClusterEnabled": "API Gateway's cache",
    "CacheClusterSize": "API Gateway's cache",
    "CachingEnabled": "API Gateway's cache",
    "CanarySetting": "API Gateway's canary, which may have a cache",
    "ContributorInsightsSpecification": "DynamoDB's contributor insights",
    "KmsMasterKeyId": "a key of one's own",
    "KMSMasterKeyID": "a key of one's own",
    "KmsKeyId": "a key of one's own",
    "KMSMasterKeyId": "a key of one's own",
    "OnDemandThroughput": "DynamoDB's warm throughput",
    "ProvisionedConcurrencyConfig": "functions that are kept warm",
    "ProvisionedConcurrencyConfiguration": "functions that are kept warm",
    "ProvisionedPollerConfig": "pollers that are kept warm",
    "ProvisionedThroughput": "reserved reads and writes",
    "ReplicaSpecification": "a replica",
    "Replicas": "a replica",
    "SnapStart": "cached snapshots of functions",
    "VpcConfig": "a network, which needs gateways",
    "VpcEndpointIds": "a private link",
    "WarmThroughput": "DynamoDB's warm throughput",
}


def test_every_stack_holds_only_what_costs_by_use_or_has_its_price(real: Assembly) -> None:
    for stack, template in real.templates.items():
        kinds = [resource["Type"] for resource in template["Resources"].values()]
        others = {kind: kinds.count(kind) for kind in kinds if kind not in COST_BY_USE}
        assert others == COST_BY_MONTH.get(stack, {}), stack


def test_nothing_is_set_that_is_billed_by_the_hour(real: Assembly) -> None:
    set_here = [
        f"{stack}.{name}: {COST_BY_HOUR[setting]}"
        for stack, template in real.templates.items()
        for name, resource in template["Resources"].items()
        for setting, value in _settings(resource.get("Properties", {}))
        if setting in COST_BY_HOUR and value not in (False, None)
    ]

    assert set_here == []


def test_a_setting_that_is_billed_by_the_hour_is_found_wherever_it_stands() -> None:
    function = {"Layers": [], "More": [{"SnapStart": {"ApplyOn": "PublishedVersions"}}]}

    assert COST_BY_HOUR.keys() & dict(_settings(function)).keys() == {"SnapStart"}


def test_tables_and_streams_reserve_no_capacity(real: Assembly) -> None:
    tables = list(real.all_of("AWS::DynamoDB::Table"))

    assert len(tables) == 2
    assert {table["BillingMode"] for _, _, table in tables} == {"PAY_PER_REQUEST"}


def _settings(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield all names in an expression with what they stand for, however deep."""
    if isinstance(value, dict):
        yield from value.items()
    parts = value.values() if isinstance(value, dict) else value
    for part in parts if isinstance(value, dict | list) else ():
        yield from _settings(part)
