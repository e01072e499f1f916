"""Private, versioned buckets whose leftovers clean themselves up."""

from aws_cdk import Duration, RemovalPolicy, aws_s3
from constructs import Construct

from infra.nag import acknowledge

KEEP_DELETED_DAYS = 30
ABANDONED_UPLOAD_DAYS = 7
ACCESS_LOG_DAYS = 90
QUARANTINE_DAYS = 7
QUARANTINE_TAGS = {"oriel-quarantine": "true"}
"""What the form of an upload makes its object carry (oriel/adapters/s3_incoming.py)."""


class AccessLogs(Construct):
    """Where the other buckets note who read what."""

    def __init__(self, scope: Construct, *, require_tls: bool) -> None:
        super().__init__(scope, "AccessLogs")
        self.bucket = aws_s3.Bucket(
            self,
            "Bucket",
            block_public_access=aws_s3.BlockPublicAccess.BLOCK_ALL,
            encryption=aws_s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=require_tls,
            object_ownership=aws_s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=RemovalPolicy.RETAIN,
            lifecycle_rules=[aws_s3.LifecycleRule(expiration=Duration.days(ACCESS_LOG_DAYS))],
        )
        acknowledge_plain_http(self.bucket, require_tls)


def private_bucket(  # noqa: PLR0913 - each is named where this is called
    scope: Construct,
    name: str,
    logs: AccessLogs,
    *,
    require_tls: bool,
    expire_days: dict[str, int] | None = None,
    quarantine: bool = False,
) -> aws_s3.Bucket:
    """Make a bucket; `expire_days` says after how many days what lies below a prefix goes.

    One with `quarantine` takes uploads of callers, and removes those that nobody took in.
    """
    bucket = aws_s3.Bucket(
        scope,
        name,
        block_public_access=aws_s3.BlockPublicAccess.BLOCK_ALL,
        encryption=aws_s3.BucketEncryption.S3_MANAGED,
        enforce_ssl=require_tls,
        object_ownership=aws_s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        versioned=True,
        removal_policy=RemovalPolicy.RETAIN,
        server_access_logs_bucket=logs.bucket,
        server_access_logs_prefix=f"{name.lower()}/",
        lifecycle_rules=[
            _tidy(),
            *_expiry(expire_days or {}),
            *([_quarantine()] if quarantine else []),
        ],
    )
    acknowledge_plain_http(bucket, require_tls)
    return bucket


def acknowledge_plain_http(bucket: aws_s3.Bucket, require_tls: bool) -> None:
    """Say why a bucket takes plain http where it does."""
    if not require_tls:
        acknowledge(bucket, "S10", "On one machine S3 is a local process that speaks plain http.")


def _tidy() -> aws_s3.LifecycleRule:
    return aws_s3.LifecycleRule(
        noncurrent_version_expiration=Duration.days(KEEP_DELETED_DAYS),
        abort_incomplete_multipart_upload_after=Duration.days(ABANDONED_UPLOAD_DAYS),
        expired_object_delete_marker=True,
    )


def _quarantine() -> aws_s3.LifecycleRule:
    """A tag, since the prefix of the quarantine begins with a workspace that is not known here."""
    return aws_s3.LifecycleRule(
        tag_filters=QUARANTINE_TAGS,
        expiration=Duration.days(QUARANTINE_DAYS),
        # What was taken in lies elsewhere: its copy need not be kept as what was deleted is.
        noncurrent_version_expiration=Duration.days(1),
    )


def _expiry(expire_days: dict[str, int]) -> list[aws_s3.LifecycleRule]:
    return [
        aws_s3.LifecycleRule(prefix=prefix, expiration=Duration.days(days))
        for prefix, days in expire_days.items()
    ]
