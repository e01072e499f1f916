"""AWS clients with the time-outs and retries that suit a request somebody waits for."""

from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient
    from mypy_boto3_stepfunctions import SFNClient

_PATIENCE = Config(
    connect_timeout=2, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 4}
)
# What signed URLs need to hold in every region: version 4, which signs for the bucket's region, and
# the region's own host, which botocore names only where the bucket is part of the path.
_SIGNED = _PATIENCE.merge(Config(signature_version="s3v4", s3={"addressing_style": "path"}))


def dynamodb_client() -> "DynamoDBClient":
    """Return a client of DynamoDB."""
    return boto3.client("dynamodb", config=_PATIENCE)


def s3_client() -> "S3Client":
    """Return a client of S3 whose presigned URLs hold in every region."""
    return boto3.client("s3", config=_SIGNED)


def stepfunctions_client() -> "SFNClient":
    """Return a client of Step Functions."""
    return boto3.client("stepfunctions", config=_PATIENCE)


def sns_client() -> "SNSClient":
    """Return a client of SNS."""
    return boto3.client("sns", config=_PATIENCE)


def sqs_client() -> "SQSClient":
    """Return a client of SQS."""
    return boto3.client("sqs", config=_PATIENCE)


def ssm_client() -> "SSMClient":
    """Return a client of Systems Manager."""
    return boto3.client("ssm", config=_PATIENCE)
