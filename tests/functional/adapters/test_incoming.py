"""What S3 takes with a signed form, and what it does not."""

import json
import uuid
from dataclasses import replace

import pytest
import requests
from oriel.adapters.s3_incoming import QUARANTINE_TAG, S3Incoming
from oriel.upload_ports import PostForm, PostTerms

from infra.local.emulator import Emulator

KEY = "ws/a/incoming/1"
TERMS = PostTerms(key=KEY, content_type="image/png", min_bytes=1, max_bytes=10, expires_seconds=300)


@pytest.fixture(scope="session")
def bucket(emulator: Emulator) -> str:
    name = f"incoming-{uuid.uuid4()}"
    emulator.client("s3").create_bucket(Bucket=name)
    return name


@pytest.fixture
def incoming(emulator: Emulator, bucket: str) -> S3Incoming:
    return S3Incoming(emulator.client("s3"), bucket)


def post(form: PostForm, changes: dict[str, str] | None = None, data: bytes = b"picture") -> int:
    """Send the form as a caller does; return the status."""
    with requests.Session() as session:
        session.trust_env = False
        reply = session.post(
            form.url,
            data={**form.fields, **(changes or {})},
            files={"file": ("1.png", data)},
            timeout=10,
        )
        return reply.status_code


def test_the_object_lies_where_the_form_says(
    emulator: Emulator, bucket: str, incoming: S3Incoming
) -> None:
    assert post(incoming.sign_post(TERMS)) == 204
    found = emulator.client("s3").get_object(Bucket=bucket, Key=KEY)
    assert found["Body"].read() == b"picture"
    assert found["ContentType"] == "image/png"


def test_the_form_expires_and_marks_the_object(incoming: S3Incoming) -> None:
    form = incoming.sign_post(TERMS)
    assert QUARANTINE_TAG[0] in form.fields["tagging"]
    assert post(incoming.sign_post(replace(TERMS, expires_seconds=-1))) == 403


@pytest.mark.parametrize(
    "changes",
    [
        {"key": "ws/a/images/1"},
        {"key": "ws/b/incoming/1"},
        {"key": f"{KEY}/2"},
        {"Content-Type": "text/html"},
        {"tagging": ""},
        {"acl": "public-read"},
        {"x-amz-meta-label": "mine"},
    ],
    ids=json.dumps,
)
def test_nothing_of_the_form_can_be_changed(incoming: S3Incoming, changes: dict[str, str]) -> None:
    assert post(incoming.sign_post(TERMS), changes) == 403


@pytest.mark.parametrize("data", [b"", b"more than ten bytes"])
def test_another_size_is_refused(incoming: S3Incoming, data: bytes) -> None:
    assert post(incoming.sign_post(TERMS), data=data) == 400


def test_a_form_for_a_folder_takes_any_name_in_it_and_none_outside(
    emulator: Emulator, bucket: str, incoming: S3Incoming
) -> None:
    folder = f"{KEY}/files/"
    form = incoming.sign_post(replace(TERMS, key=folder))
    assert post(form) == 204
    assert post(form, {"key": f"{folder}boots/2.webp"}) == 204
    assert post(form, {"key": f"{KEY}/archive"}) == 403
    listed = emulator.client("s3").list_objects_v2(Bucket=bucket, Prefix=folder)["Contents"]
    assert [one["Key"] for one in listed] == [f"{folder}1.png", f"{folder}boots/2.webp"]
