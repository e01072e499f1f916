import pytest
from oriel.adapters.s3_incoming import QUARANTINE_TAG

from infra.deployment import Deployment
from infra.layers import BuiltLayers
from infra.repository import BUILD
from tests.infra.assembly import Assembly, spelled


def test_tables_can_be_restored_and_not_be_deleted_by_mistake(real: Assembly) -> None:
    for _, _, table in real.all_of("AWS::DynamoDB::Table"):
        assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
        assert table["DeletionProtectionEnabled"] is True


@pytest.mark.parametrize(("stage", "kept"), [("main", True), ("dev", False), ("dev-ada", False)])
def test_only_a_dev_stage_may_be_thrown_away(stage: str, kept: bool) -> None:
    layers = BuiltLayers(BUILD, BUILD, BUILD)

    assert Deployment(layers=layers, require_tls=True, stage=stage).protects_data is kept


def test_what_people_uploaded_outlives_the_stack(real: Assembly) -> None:
    kept = [
        resource["DeletionPolicy"]
        for template in real.templates.values()
        for resource in template["Resources"].values()
        if resource["Type"] in {"AWS::S3::Bucket", "AWS::DynamoDB::Table"}
    ]

    assert kept == ["Retain"] * 6


def test_buckets_are_closed_encrypted_and_forget_what_was_deleted(real: Assembly) -> None:
    buckets = {name: bucket for _, name, bucket in real.all_of("AWS::S3::Bucket")}

    assert len(buckets) == 4
    for name, bucket in buckets.items():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert "AES256" in spelled(bucket["BucketEncryption"])
        if not name.startswith("AccessLogs"):
            assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
            assert "NoncurrentVersionExpiration" in spelled(bucket["LifecycleConfiguration"])


def test_leftovers_of_training_jobs_go_by_themselves(real: Assembly) -> None:
    [models] = [
        bucket for _, name, bucket in real.all_of("AWS::S3::Bucket") if name.startswith("Models")
    ]
    expiring = {
        rule["Prefix"]: rule["ExpirationInDays"]
        for rule in models["LifecycleConfiguration"]["Rules"]
        if "Prefix" in rule
    }

    assert expiring == {"checkpoints/": 14, "training-jobs/": 90}


def test_what_nobody_took_out_of_quarantine_goes_by_itself(real: Assembly) -> None:
    [images] = [
        bucket for _, name, bucket in real.all_of("AWS::S3::Bucket") if name.startswith("Images")
    ]
    [quarantine] = [
        rule for rule in images["LifecycleConfiguration"]["Rules"] if "TagFilters" in rule
    ]

    assert quarantine["TagFilters"] == [dict(zip(("Key", "Value"), QUARANTINE_TAG, strict=True))]
    assert quarantine["ExpirationInDays"] == 7


@pytest.mark.parametrize(
    ("kind", "policy"),
    [
        ("AWS::S3::Bucket", "AWS::S3::BucketPolicy"),
        ("AWS::SQS::Queue", "AWS::SQS::QueuePolicy"),
        ("AWS::SNS::Topic", "AWS::SNS::TopicPolicy"),
    ],
)
def test_nothing_takes_plain_http_in_a_real_account(real: Assembly, kind: str, policy: str) -> None:
    policies = [spelled(one["PolicyDocument"]) for _, _, one in real.all_of(policy)]
    guarded = [one for one in policies if '"aws:SecureTransport": "false"' in one]

    assert len(guarded) == len(list(real.all_of(kind))) > 0


def test_only_the_usage_table_streams_and_both_forget_what_says_when(real: Assembly) -> None:
    streams = {name: table for _, name, table in real.all_of("AWS::DynamoDB::Table")}
    [usage] = [table for name, table in streams.items() if name.startswith("Usage")]
    [core] = [table for name, table in streams.items() if name.startswith("Core")]

    assert usage["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}
    assert usage["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert "StreamSpecification" not in core
    assert core["TimeToLiveSpecification"] == usage["TimeToLiveSpecification"]
