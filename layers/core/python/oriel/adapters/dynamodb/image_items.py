"""Images as items."""

import json
from collections.abc import Mapping
from typing import Any

from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.keys import image_key, images_of
from oriel.domain.clock import from_iso, to_iso
from oriel.domain.image import Image, ImageStatus


def image_to_item(image: Image) -> Item:
    """Write an image, listed in its workspace."""
    return {
        **image_key(image.workspace_id, image.id),
        **images_of(image.workspace_id, image.facets).place(image.created, image.id),
        "id": image.id,
        "workspace_id": image.workspace_id,
        "created": to_iso(image.created),
        "content_type": image.content_type,
        "test_image": image.test_image,
        "real": image.real,
        "meta_data": meta_data_to_text(image.meta_data),
        "verify_count": image.verify_count,
        "revision": 0,
        "sha256": image.sha256,
        **seen_attributes(image),
    }


def seen_attributes(image: Image) -> Item:
    """Write what ingest finds out of a picture."""
    return {
        "size_bytes": image.size_bytes,
        "width": image.width,
        "height": image.height,
        "status": image.status.value,
        "rejection": image.rejection,
        "perceptual_hash": image.perceptual_hash,
        "brightness": image.brightness,
        "picture_key": image.picture_key,
    }


def image_from_item(item: Item) -> Image:
    """Read an image."""
    return Image(
        id=item["id"],
        workspace_id=item["workspace_id"],
        created=from_iso(item["created"]),
        content_type=item["content_type"],
        size_bytes=item["size_bytes"],
        sha256=item["sha256"],
        width=item["width"],
        height=item["height"],
        status=ImageStatus(item["status"]),
        rejection=item.get("rejection"),
        test_image=item["test_image"],
        real=item["real"],
        meta_data=json.loads(item["meta_data"]),
        verify_count=item["verify_count"],
        perceptual_hash=item.get("perceptual_hash"),
        brightness=float(item["brightness"]) if "brightness" in item else None,
        picture_key=item.get("picture_key"),
    )


def meta_data_to_text(meta_data: Mapping[str, Any]) -> str:
    """Write meta data as JSON."""
    return json.dumps(meta_data, separators=(",", ":"))
