"""Verifications of images, and points on them."""

from typing import Any

from oriel.account_ports import MemberStore
from oriel.annotation_ports import PointStore, VerificationStore
from oriel.domain.access import Role
from oriel.domain.annotation import Point, Verification
from oriel.domain.clock import Clock
from oriel.domain.errors import Forbidden, InvalidInput, NotFound
from oriel.domain.ids import new_id
from oriel.domain.page import Page, PageRequest
from oriel.domain.workspace import Caller
from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class Annotations:
    """What can be done with verifications and points."""

    verifications: VerificationStore
    points: PointStore
    members: MemberStore
    clock: Clock

    def verify(
        self, caller: Caller, workspace_id: str, image_id: str, user_id: str | None
    ) -> Verification:
        """Note that a user, by default the caller, found the image's labels right.

        A model's proposals become ground truth. Again for the same user and image the answer is the
        verification that there is. Raises NotFound for an unknown image, Forbidden for another user
        unless the caller is an owner, and InvalidInput for a user who is no member.
        """
        user_id = user_id or caller.user_id
        if user_id != caller.user_id:
            # The image is looked for first: where it is not, nothing else is of interest.
            self.verifications.of_image(workspace_id, image_id)
            self._check_other(caller, workspace_id, user_id)
        return self.verifications.add(
            Verification(new_id(), workspace_id, image_id, user_id, self.clock())
        )

    def list_verifications(
        self, workspace_id: str, page: PageRequest, image_id: str | None
    ) -> Page[Verification]:
        """Return one page of the workspace's verifications, or all of an image on one page."""
        if image_id is None:
            return self.verifications.list(workspace_id, page)
        found = self.verifications.of_image(workspace_id, image_id)
        return Page(found, len(found))

    def add_point(self, workspace_id: str, image_id: str, name: str, data: Any) -> Point:
        """Note something on an image; raises NotFound, and Conflict for too many points."""
        point = Point(new_id(), workspace_id, image_id, name, data, self.clock())
        self.points.add(point)
        return point

    def list_points(
        self, workspace_id: str, page: PageRequest, image_id: str | None
    ) -> Page[Point]:
        """Return one page of the workspace's points, or all of an image on one page."""
        if image_id is None:
            return self.points.list(workspace_id, page)
        found = self.points.of_image(workspace_id, image_id)
        return Page(found, len(found))

    def _check_other(self, caller: Caller, workspace_id: str, user_id: str) -> None:
        if caller.roles.get(workspace_id) is not Role.OWNER:
            raise Forbidden(
                "user: you may verify for yourself; only an owner verifies for another member"
            )
        try:
            self.members.get(workspace_id, user_id)
        except NotFound:
            raise InvalidInput("user: is no member of this workspace") from None
