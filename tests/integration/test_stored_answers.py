"""Classified pictures become training images of the deployed stacks, once, and as proposals."""

import io
from functools import partial
from typing import Any

import pytest
from PIL import Image

from infra.local.stack import Stack
from tests.integration.probes import eventually
from tests.integration.public_api import BLUE, PER_LABEL, RED, Member, encoded, new_member


@pytest.fixture(scope="module")
def member(deployed: Stack) -> Member:
    return new_member(deployed)


@pytest.fixture(scope="module")
def trained(member: Member) -> tuple[str, dict[str, str]]:
    return member.trained_task()


def avif(colour: tuple[int, int, int]) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (48, 40), colour).save(buffer, "AVIF")
    return buffer.getvalue()


def test_pictures_are_kept_once_when_the_task_allows_it(
    member: Member, trained: tuple[str, dict[str, str]]
) -> None:
    task, labels = trained
    records = [{"_base64": encoded(avif(RED))}, {"_base64": encoded(avif(BLUE))}]
    body: dict[str, Any] = {"task_id": task, "records": records, "store_images": True}
    key = {"Idempotency-Key": "shelf-1"}
    refused = member.send("POST", "custom/v2/predict", json=body, headers=key)
    assert (refused.status_code, refused.json()["status"]["code"]) == (403, 403)

    switched = member.send("PATCH", f"recognition/v2/task/{task}", json={"store_images": True})
    assert switched.json()["store_images"]
    before = member.get("recognition/v2/training-image?page=1")["count"]
    first, again = (
        member.send("POST", "custom/v2/predict", json=body, headers=key) for _ in range(2)
    )
    assert first.status_code == 200, first.text
    assert again.json() == first.json()

    red, blue = first.json()["records"]
    for record, name in ((red, "red"), (blue, "blue")):
        image = eventually(partial(_ready, member, record["_stored_image_id"]))
        assert (image["img_width"], image["img_height"]) == (48, 40)
        [label] = image["labels"]
        assert (label["id"], label["proposal"]) == (labels[name], True)
        assert image["meta_data"]["prediction"]["task_id"] == task
        assert member.get(f"recognition/v2/label/{labels[name]}")["images_count"] == PER_LABEL
    assert member.get("recognition/v2/training-image?page=1")["count"] == before + 2


def _ready(member: Member, image_id: str) -> Any:
    image = member.image(image_id)
    return image if image["status"] == "READY" else None
