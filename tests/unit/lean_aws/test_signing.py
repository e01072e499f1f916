"""Signatures, beside those of botocore."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st
from oriel.adapters.lean_aws.access import Access
from oriel.adapters.lean_aws.exchange import Request
from oriel.adapters.lean_aws.signing import signed

REGION = "eu-west-1"
SIGNERS = {"dynamodb": SigV4Auth, "s3": S3SigV4Auth}


@dataclass(frozen=True)
class Asked:
    service: str
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    token: str = ""

    def signed_by_botocore(self) -> dict[str, str]:
        url = f"https://{self.headers['host']}{self.path}"
        request = AWSRequest(self.method, url, self.headers, self.body)
        keys = Credentials("AKIDEXAMPLE", "secret/key+1", self.token or None)
        SIGNERS[self.service](keys, self.service, REGION).add_auth(request)
        return dict(request.headers.items())

    def signed_by_us(self, at: str) -> dict[str, str]:
        access = Access(REGION, "AKIDEXAMPLE", "secret/key+1", self.token)
        moment = datetime.strptime(at, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        request = Request(self.method, self.path, self.headers, self.body)
        return dict(signed(access, self.service, self.headers["host"], request, moment).headers)


@pytest.mark.parametrize("token", ["", "FwoGZXIvYXdzE/long+token=="])
@pytest.mark.parametrize(
    ("service", "method", "path", "body"),
    [
        ("dynamodb", "POST", "/", b'{"TableName":"core"}'),
        ("s3", "GET", "/models/ws/1/tasks/2/%C3%A4%20b~c.npy", b""),
    ],
)
def test_signs_as_botocore_does(
    service: str, method: str, path: str, body: bytes, token: str
) -> None:
    headers = {"host": f"{service}.{REGION}.amazonaws.com"}
    if service == "dynamodb":
        headers |= {
            "x-amz-target": "DynamoDB_20120810.GetItem",
            "content-type": "application/x-amz-json-1.0",
        }
    asked = Asked(service, method, path, headers, body, token)
    expected = asked.signed_by_botocore()
    found = asked.signed_by_us(expected["X-Amz-Date"])
    assert found["authorization"] == expected["Authorization"]
    assert found.get("x-amz-security-token", "") == token


@given(st.binary(max_size=64), st.text("abc /", min_size=1, max_size=12))
def test_signs_any_body_and_spaces_as_botocore_does(body: bytes, value: str) -> None:
    headers = {"host": "dynamodb.test:8000", "x-amz-target": f"x{value}"}
    asked = Asked("dynamodb", "POST", "/", headers, body)
    expected = asked.signed_by_botocore()
    found = asked.signed_by_us(expected["X-Amz-Date"])
    assert found["authorization"] == expected["Authorization"]


def test_what_is_secret_is_not_shown() -> None:
    access = Access(REGION, "AKIDEXAMPLE", "s3cr3t", "t0k3n")
    assert "s3cr3t" not in repr(access)
    assert "t0k3n" not in repr(access)
