"""What the services need of the outside world for annotation (see ports.py)."""

from typing import Protocol

from oriel.domain.annotation import Point, Verification
from oriel.domain.page import Page, PageRequest


class VerificationStore(Protocol):
    """Who verified which image; the image's count follows in the same transaction."""

    def add(self, verification: Verification) -> Verification:
        """Add a verification, count it, and make ground truth of all that is proposed.

        Where the user has verified the image already, the verification that there is comes back.
        Raises NotFound for an unknown image.
        """

    def remove(self, workspace_id: str, verification_id: str) -> None:
        """Take a verification back; the labels stay as they are. Raises NotFound."""

    def of_image(self, workspace_id: str, image_id: str) -> tuple[Verification, ...]:
        """Return all verifications of an image, oldest first; raises NotFound."""

    def list(self, workspace_id: str, page: PageRequest) -> Page[Verification]:
        """Return one page of the workspace's verifications, oldest first."""


class PointStore(Protocol):
    """Points on images; they go with their image."""

    def add(self, point: Point) -> None:
        """Add a point; raises NotFound for an unknown image, Conflict where it has too many."""

    def remove(self, workspace_id: str, point_id: str) -> None:
        """Remove a point; raises NotFound."""

    def of_image(self, workspace_id: str, image_id: str) -> tuple[Point, ...]:
        """Return all points of an image, oldest first; raises NotFound."""

    def list(self, workspace_id: str, page: PageRequest) -> Page[Point]:
        """Return one page of the workspace's points, oldest first."""
