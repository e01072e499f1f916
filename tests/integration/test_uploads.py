"""Pictures that go straight to S3: the form, the queue, and the image at the end."""

from typing import Any

import pytest
import requests

from infra.local.stack import Stack
from tests.integration.probes import eventually
from tests.integration.public_api import RED, Member, new_member, png

UPLOAD = "recognition/v2/training-image/upload"


@pytest.fixture(scope="module")
def member(deployed: Stack) -> Member:
    return new_member(deployed)


def post(form: Any, data: bytes, **changes: str) -> int:
    with requests.Session() as session:
        session.trust_env = False
        fields = {**form["fields"], **changes}
        return session.post(form["url"], data=fields, files={"file": data}, timeout=60).status_code


def settled(member: Member, upload_id: str) -> Any:
    def ask() -> Any:
        found = member.get(f"{UPLOAD}/{upload_id}")
        return None if found["state"] == "WAITING" else found

    return eventually(ask)


def test_a_picture_that_was_sent_becomes_the_promised_image(member: Member) -> None:
    _, labels = member.task("red")
    opened = member.post(
        UPLOAD, content_type="image/png", labels=[labels["red"]], meta_data={"shelf": 2}
    )
    assert post(opened, png(RED)) == 204
    upload = settled(member, opened["id"])
    assert (upload["state"], upload["image"]) == ("READY", opened["id"])

    def seen() -> Any:
        found = member.image(opened["id"])
        return found if found["status"] == "READY" else None

    image = eventually(seen)
    assert [label["id"] for label in image["labels"]] == [labels["red"]]
    assert image["meta_data"] == {"shelf": 2}
    assert requests.get(image["img_path"], timeout=30).ok


def test_what_is_no_picture_is_refused_with_a_reason_and_its_object_removed(
    deployed: Stack, member: Member
) -> None:
    opened = member.post(UPLOAD, content_type="image/jpeg")
    assert post(opened, b"this is no picture") == 204
    upload = settled(member, opened["id"])
    assert (upload["state"], upload["image"]) == ("REJECTED", None)
    assert "not a picture" in upload["rejection"]
    assert member.send("GET", f"recognition/v2/training-image/{opened['id']}").status_code == 404
    bucket = deployed.output("OrielData", "ImagesBucketName")
    below = f"ws/{member.workspace}/incoming/"

    def gone() -> bool:
        listed = deployed.client("s3").list_objects_v2(Bucket=bucket, Prefix=below)
        return "Contents" not in listed

    assert eventually(gone)


def test_the_form_takes_nothing_but_what_was_announced(member: Member) -> None:
    opened = member.post(UPLOAD, content_type="image/png", size_bytes=len(png(RED)))
    assert post(opened, png(RED) + b"more") == 400
    assert post(opened, png(RED), key=f"ws/{member.workspace}/images/{opened['id']}") == 403
    assert post(opened, png(RED), **{"Content-Type": "text/html"}) == 403
