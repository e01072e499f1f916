"""Verifications in the core table."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from oriel.adapters.dynamodb.annotation_items import (
    of_seen_images,
    verification_from_item,
    verification_link,
    verification_to_item,
)
from oriel.adapters.dynamodb.annotation_keys import (
    VERIFICATION_PREFIX,
    annotation_counts_key,
    verification_key,
    verifications_of,
)
from oriel.adapters.dynamodb.image_changes import ImageChanges
from oriel.adapters.dynamodb.image_parts import Part
from oriel.adapters.dynamodb.image_state import unknown_image
from oriel.adapters.dynamodb.keys import (
    image_key,
)
from oriel.adapters.dynamodb.table import CoreTable
from oriel.domain.annotation import Verification
from oriel.domain.errors import NotFound
from oriel.domain.image_change import ImageChange
from oriel.domain.page import Page, PageRequest

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class _VerifiedAlready(Exception):
    """The user has verified the image before."""


class DynamoVerificationStore:
    """Verifications; each is written with the change of its image."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = CoreTable(client, table_name)
        self._changes = ImageChanges(self._table)

    def add(self, verification: Verification) -> Verification:
        """Add a verification, count it, and make ground truth of all that is proposed.

        Where the user has verified the image already, the verification that there is comes back.
        Raises NotFound for an unknown image.
        """
        where = (verification.workspace_id, verification.image_id)
        verified, at = ImageChange(confirm=True, verify=1), verification.created
        for _ in self._table.attempts():
            try:
                self._changes.apply(*where, verified, at, lambda _: self._adding(verification))
            except _VerifiedAlready:
                self._changes.apply(*where, ImageChange(confirm=True), at)
                known = self._table.find(_link_key(verification))
                if known is not None:
                    return verification_from_item(known)
                continue  # taken back since
            return verification
        raise AssertionError("attempts raises when they are used up")

    def remove(self, workspace_id: str, verification_id: str) -> None:
        """Take a verification back; the labels stay as they are. Raises NotFound."""
        item = self._table.find(verification_key(workspace_id, verification_id))
        if item is None:
            raise _unknown()
        known = verification_from_item(item)
        self._changes.apply(
            workspace_id,
            known.image_id,
            ImageChange(verify=-1),
            known.created,
            lambda _: self._removing(known),
        )

    def of_image(self, workspace_id: str, image_id: str) -> tuple[Verification, ...]:
        """Return all verifications of an image, oldest first; raises NotFound."""
        key = image_key(workspace_id, image_id)
        image = self._table.find(key)
        if image is None or image.get("deleting"):
            raise unknown_image()
        links = map(verification_from_item, self._table.below(key["pk"], VERIFICATION_PREFIX))
        return tuple(sorted(links, key=lambda one: (one.created, one.id)))

    def list(self, workspace_id: str, page: PageRequest) -> Page[Verification]:
        """Return one page of the workspace's verifications, oldest first."""
        items, cursor = self._table.page(verifications_of(workspace_id), page)
        counts = self._table.find(annotation_counts_key(workspace_id)) or {}
        shown = tuple(map(verification_from_item, of_seen_images(self._table, items)))
        return Page(shown, counts.get("verifications_count", 0), cursor)

    def _adding(self, verification: Verification) -> Sequence[Part]:
        writes = self._table.writes
        counts = annotation_counts_key(verification.workspace_id)
        return [
            (writes.put(verification_link(verification)), _VerifiedAlready()),
            (writes.put(verification_to_item(verification)), None),
            (writes.count(counts, verifications_count=1), None),
        ]

    def _removing(self, verification: Verification) -> Sequence[Part]:
        writes, workspace_id = self._table.writes, verification.workspace_id
        return [
            (writes.delete(verification_key(workspace_id, verification.id)), _unknown()),
            (writes.delete(_link_key(verification)), None),
            (writes.count(annotation_counts_key(workspace_id), verifications_count=-1), None),
        ]


def _link_key(verification: Verification) -> dict[str, str]:
    link = verification_link(verification)
    return {"pk": link["pk"], "sk": link["sk"]}


def _unknown() -> NotFound:
    return NotFound("There is no verification with this id")
