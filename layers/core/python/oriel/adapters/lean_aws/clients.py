"""Clients for a function whose cold start somebody waits for (docs/adr/0023-cold-start.md).

Reading botocore and its descriptions of services takes longer than everything else of a cold start.
What every answer needs of AWS, items of tables and objects of a bucket, needs none of it. All else
is boto3's, which is read when it is first called.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from oriel.adapters.lean_aws.access import Access
from oriel.adapters.lean_aws.dynamodb import LeanDynamoDB
from oriel.adapters.lean_aws.lazily import Lazily
from oriel.adapters.lean_aws.s3 import LeanBlobs
from oriel.adapters.s3 import S3Blobs
from oriel.values import dataclass

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True, slots=True)
class Clients:
    """AWS as a function sees it; `access` is None where only boto3 knows how to get there."""

    access: Access | None

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Clients":
        """Choose by the environment."""
        return cls(Access.of(environment))

    def dynamodb(self) -> "DynamoDBClient":
        """Return a client of DynamoDB; without boto3 it knows the operations on items."""
        if self.access is None:
            return cast("DynamoDBClient", _boto3("dynamodb"))
        return cast("DynamoDBClient", LeanDynamoDB(self.access))

    def blobs(self, bucket: str) -> S3Blobs:
        """Return the objects of a bucket."""
        client = cast("S3Client", Lazily(lambda: _boto3("s3")))
        if self.access is None:
            return S3Blobs(client, bucket)
        return LeanBlobs(self.access, client, bucket)

    def sqs(self) -> "SQSClient":
        """Return a client of SQS, which few answers need."""
        return cast("SQSClient", Lazily(lambda: _boto3("sqs")))


def _boto3(service: Any) -> Any:
    # Here and nowhere above: reading boto3 is what all this is about.
    import boto3  # noqa: PLC0415
    from botocore.config import Config  # noqa: PLC0415

    # Short enough that an answer still reaches its caller by way of the outbox.
    patience = Config(
        connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 3}
    )
    return boto3.client(service, config=patience)
