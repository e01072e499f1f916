"""Points on images in the core table."""

from typing import TYPE_CHECKING

from oriel.adapters.dynamodb.annotation_items import (
    of_seen_images,
    point_from_item,
    point_link,
    point_to_item,
)
from oriel.adapters.dynamodb.annotation_keys import (
    POINT_PREFIX,
    annotation_counts_key,
    point_key,
    points_of,
)
from oriel.adapters.dynamodb.image_state import unknown_image
from oriel.adapters.dynamodb.keys import (
    image_key,
)
from oriel.adapters.dynamodb.table import CoreTable
from oriel.adapters.dynamodb.writes import LIVE
from oriel.domain.annotation import MAX_POINTS_OF_IMAGE, Point
from oriel.domain.errors import Conflict, NotFound
from oriel.domain.page import Page, PageRequest

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ROOM = "(attribute_not_exists(points_count) OR points_count < :most)"


class _NoRoom(Exception):
    """The image is gone, or has as many points as there may be."""


class DynamoPointStore:
    """Points; an image counts its own, so that there is a bound to them."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = CoreTable(client, table_name)

    def add(self, point: Point) -> None:
        """Add a point; raises NotFound for an unknown image, Conflict where it has too many."""
        writes = self._table.writes
        count = writes.update(
            image_key(point.workspace_id, point.image_id),
            add={"points_count": 1},
            condition=f"{LIVE} AND {_ROOM}",
            values={"most": MAX_POINTS_OF_IMAGE},
        )
        try:
            self._table.write(
                (count, _NoRoom()),
                (writes.put(point_link(point)), Conflict("The point exists already")),
                (writes.put(point_to_item(point)), None),
                (writes.count(annotation_counts_key(point.workspace_id), points_count=1), None),
            )
        except _NoRoom:
            self._check_image(point.workspace_id, point.image_id)
            raise Conflict(
                f"An image holds at most {MAX_POINTS_OF_IMAGE} points; delete some"
            ) from None

    def remove(self, workspace_id: str, point_id: str) -> None:
        """Remove a point; raises NotFound."""
        writes, unknown = self._table.writes, NotFound("There is no point with this id")
        item = self._table.find(point_key(workspace_id, point_id))
        if item is None:
            raise unknown
        image_id = item["image_id"]
        uncount = writes.update(image_key(workspace_id, image_id), add={"points_count": -1})
        link = image_key(workspace_id, image_id, f"{POINT_PREFIX}{point_id}")
        self._table.write(
            (uncount, unknown),
            (writes.delete(point_key(workspace_id, point_id)), unknown),
            (writes.delete(link), None),
            (writes.count(annotation_counts_key(workspace_id), points_count=-1), None),
        )

    def of_image(self, workspace_id: str, image_id: str) -> tuple[Point, ...]:
        """Return all points of an image, oldest first; raises NotFound."""
        self._check_image(workspace_id, image_id)
        links = self._table.below(image_key(workspace_id, image_id)["pk"], POINT_PREFIX)
        found = self._table.find_many(point_key(workspace_id, link["id"]) for link in links)
        points = map(point_from_item, found)
        return tuple(sorted(points, key=lambda point: (point.created, point.id)))

    def list(self, workspace_id: str, page: PageRequest) -> Page[Point]:
        """Return one page of the workspace's points, oldest first."""
        items, cursor = self._table.page(points_of(workspace_id), page)
        counts = self._table.find(annotation_counts_key(workspace_id)) or {}
        shown = tuple(map(point_from_item, of_seen_images(self._table, items)))
        return Page(shown, counts.get("points_count", 0), cursor)

    def _check_image(self, workspace_id: str, image_id: str) -> None:
        image = self._table.find(image_key(workspace_id, image_id))
        if image is None or image.get("deleting"):
            raise unknown_image()
