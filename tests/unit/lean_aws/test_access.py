"""Which environments are understood without boto3, and where they lead."""

import boto3
import pytest
from oriel.adapters.lean_aws.access import Access

LAMBDA = {
    "AWS_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "ASIAEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_SESSION_TOKEN": "token",
}


def access(**changes: str) -> Access:
    found = Access.of({**LAMBDA, **changes})
    assert found is not None
    return found


def test_reads_what_lambda_gives() -> None:
    assert access() == Access("eu-west-1", "ASIAEXAMPLE", "secret", "token")


@pytest.mark.parametrize("name", ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
def test_leaves_an_environment_that_lacks_something_to_boto3(name: str) -> None:
    assert Access.of({**LAMBDA, name: ""}) is None


@pytest.mark.parametrize(
    "wish",
    [
        {"AWS_REGION": "us-iso-east-1"},
        {"AWS_REGION": "eusc-de-east-1"},
        {"HTTPS_PROXY": "http://proxy.test"},
        {"AWS_USE_FIPS_ENDPOINT": "true"},
        {"AWS_CA_BUNDLE": "/etc/ca.pem"},
    ],
)
def test_leaves_wishes_that_boto3_knows_to_fulfil_to_it(wish: dict[str, str]) -> None:
    assert Access.of({**LAMBDA, **wish}) is None


@pytest.mark.parametrize("service", ["dynamodb", "s3"])
@pytest.mark.parametrize("region", ["eu-west-1", "us-east-1", "us-gov-west-1", "cn-north-1"])
def test_asks_where_boto3_would(service: str, region: str) -> None:
    client = boto3.client(
        service,  # type: ignore[call-overload]
        region_name=region,
        aws_access_key_id="x",
        aws_secret_access_key="x",
    )
    expected = client.meta.endpoint_url
    client.close()
    # Amazon keeps an old name of S3 in this one region beside that of the others.
    expected = expected.replace("https://s3.amazonaws.com", "https://s3.us-east-1.amazonaws.com")
    assert access(AWS_REGION=region).url_of(service) == expected


def test_asks_where_the_deployment_says() -> None:
    chosen = access(AWS_ENDPOINT_URL="http://localhost:1/", AWS_ENDPOINT_URL_S3="http://s3.test")
    assert chosen.url_of("dynamodb") == "http://localhost:1"
    assert chosen.url_of("s3") == "http://s3.test"
