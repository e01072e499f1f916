"""Secrets out of Systems Manager's parameters, which nothing but their reader ever sees."""

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from oriel.domain.errors import TemporarilyUnavailable

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient


def read_secret(client: "SSMClient", name: str) -> str:
    """Return what a SecureString holds; raises TemporarilyUnavailable, without its text."""
    try:
        found = client.get_parameter(Name=name, WithDecryption=True)
    except (ClientError, BotoCoreError) as error:
        raise TemporarilyUnavailable(f"The parameter {name} could not be read") from error
    return found["Parameter"]["Value"]
