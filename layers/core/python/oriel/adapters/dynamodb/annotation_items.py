"""Verifications and points as items.

Each is an item of its own, found by its id and listed in its workspace, and has a second one in
the partition of its image, so that the image finds all of its own by a consistent read. Both are
written and removed together.
"""

import json
from collections.abc import Iterable, Mapping

from oriel.adapters.dynamodb.annotation_keys import (
    POINT_PREFIX,
    VERIFICATION_PREFIX,
    annotation_counts_key,
    point_key,
    points_of,
    verification_key,
    verifications_of,
)
from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.cascade import remove_links
from oriel.adapters.dynamodb.keys import (
    Key,
    image_key,
)
from oriel.adapters.dynamodb.table import CoreTable
from oriel.domain.annotation import Point, Verification
from oriel.domain.clock import from_iso, to_iso

COUNTERS: Mapping[str, str] = {
    VERIFICATION_PREFIX: "verifications_count",
    POINT_PREFIX: "points_count",
}
"""Of the workspace, by the prefix of what they count."""


def verification_to_item(verification: Verification) -> Item:
    """Write a verification, listed in its workspace."""
    listing = verifications_of(verification.workspace_id)
    return {
        **verification_key(verification.workspace_id, verification.id),
        **listing.place(verification.created, verification.id),
        **_named(verification),
        "user_id": verification.user_id,
    }


def verification_link(verification: Verification) -> Item:
    """Write the item in the image's partition: one for each user."""
    sk = f"{VERIFICATION_PREFIX}{verification.user_id}"
    return {
        **image_key(verification.workspace_id, verification.image_id, sk),
        **_named(verification),
        "user_id": verification.user_id,
    }


def verification_from_item(item: Item) -> Verification:
    """Read either item of a verification."""
    return Verification(
        item["id"],
        item["workspace_id"],
        item["image_id"],
        item["user_id"],
        from_iso(item["created"]),
    )


def point_to_item(point: Point) -> Item:
    """Write a point, listed in its workspace."""
    return {
        **point_key(point.workspace_id, point.id),
        **points_of(point.workspace_id).place(point.created, point.id),
        **_named(point),
        "name": point.name,
        "data": json.dumps(point.data, ensure_ascii=False, separators=(",", ":")),
    }


def point_link(point: Point) -> Item:
    """Write the item in the image's partition, without what the point says."""
    sk = f"{POINT_PREFIX}{point.id}"
    return {**image_key(point.workspace_id, point.image_id, sk), **_named(point)}


def point_from_item(item: Item) -> Point:
    """Read a point."""
    return Point(
        item["id"],
        item["workspace_id"],
        item["image_id"],
        item["name"],
        json.loads(item["data"]),
        from_iso(item["created"]),
    )


def forget_annotations(table: CoreTable, workspace_id: str, image_id: str) -> None:
    """Remove and uncount all verifications and points of an image that is hidden already."""
    for prefix, key_of in ((VERIFICATION_PREFIX, verification_key), (POINT_PREFIX, point_key)):
        links = list(table.below(image_key(workspace_id, image_id)["pk"], prefix))
        counter = COUNTERS[prefix]
        for _ in remove_links(
            table,
            links,
            lambda link, key_of=key_of: table.writes.delete(key_of(workspace_id, link["id"])),  # type: ignore[misc]
            lambda count, counter=counter: (  # type: ignore[misc]
                table.writes.count(annotation_counts_key(workspace_id), **{counter: -count}),
            ),
        ):
            pass


def of_seen_images(table: CoreTable, items: Iterable[Item]) -> list[Item]:
    """Leave out what belongs to images that are half deleted."""
    items = list(items)
    keys: list[Key] = [image_key(item["workspace_id"], item["image_id"]) for item in items]
    seen = {found["id"] for found in table.find_many(keys) if not found.get("deleting")}
    return [item for item in items if item["image_id"] in seen]


def _named(annotation: Verification | Point) -> Item:
    return {
        "id": annotation.id,
        "workspace_id": annotation.workspace_id,
        "image_id": annotation.image_id,
        "created": to_iso(annotation.created),
    }
