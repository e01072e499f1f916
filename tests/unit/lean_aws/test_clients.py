"""What is lean and what is boto3's."""

import pytest
from oriel.adapters.lean_aws.clients import Clients
from oriel.adapters.lean_aws.dynamodb import LeanDynamoDB
from oriel.adapters.lean_aws.lazily import Lazily
from oriel.adapters.lean_aws.s3 import LeanBlobs
from oriel.adapters.s3 import S3Blobs

LAMBDA = {"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}


def test_items_and_objects_are_lean_where_keys_are_given() -> None:
    clients = Clients.of(LAMBDA)
    assert isinstance(clients.dynamodb(), LeanDynamoDB)
    assert isinstance(clients.blobs("models"), LeanBlobs)


def test_boto3_stands_in_where_keys_come_another_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    clients = Clients.of({})
    assert clients.dynamodb().meta.service_model.service_name == "dynamodb"
    assert type(clients.blobs("models")) is S3Blobs


def test_what_few_answers_need_is_made_once_and_late() -> None:
    made: list[str] = []

    def make() -> list[str]:
        made.append("made")
        return made

    late = Lazily(make)
    assert made == []
    late.append("first")
    late.append("second")
    assert made == ["made", "first", "second"]
