"""Nothing costs while nothing happens, but for what docs/operations.md gives a price."""

from tests.infra.assembly import Assembly

CORE = ("OrielBilling", "OrielData", "OrielImports", "OrielService", "OrielTraining")
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
        "AWS::CloudWatch::Alarm": 20,
        "AWS::CloudWatch::Dashboard": 1,
    },
}


def test_the_core_stacks_hold_only_what_costs_by_use(real: Assembly) -> None:
    kinds = {
        resource["Type"]
        for stack in CORE
        for resource in real.templates[stack]["Resources"].values()
    }

    assert kinds <= COST_BY_USE


def test_what_costs_by_the_month_is_what_operations_md_prices(real: Assembly) -> None:
    for stack, expected in COST_BY_MONTH.items():
        kinds = [resource["Type"] for resource in real.templates[stack]["Resources"].values()]
        priced = {kind: kinds.count(kind) for kind in kinds if kind not in COST_BY_USE}
        assert priced == expected


def test_tables_and_streams_reserve_no_capacity(real: Assembly) -> None:
    tables = list(real.all_of("AWS::DynamoDB::Table"))

    assert len(tables) == 2
    for _, _, table in tables:
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        assert "ProvisionedThroughput" not in table


def test_no_function_is_kept_warm(real: Assembly) -> None:
    for _, _, function in real.all_of("AWS::Lambda::Function"):
        assert "SnapStart" not in function
        assert "VpcConfig" not in function
    assert list(real.all_of("AWS::Lambda::Alias")) == []


def test_the_api_has_no_cache_that_is_billed_by_the_hour(real: Assembly) -> None:
    stage = real.one("AWS::ApiGateway::Stage")

    assert "CacheClusterEnabled" not in stage
    assert not any(setting.get("CachingEnabled") for setting in stage["MethodSettings"])
