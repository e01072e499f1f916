from oriel.domain.annotation import MAX_POINTS_OF_IMAGE, Point, Verification
from oriel.domain.errors import Conflict, NotFound
from oriel.domain.image_change import ImageChange
from oriel.domain.page import Page, PageRequest

from tests.fakes.core import MemoryCore, by_age, page_of
from tests.fakes.images import MemoryImageStore


class MemoryVerificationStore:
    def __init__(self, core: MemoryCore) -> None:
        self._core = core
        self._images = MemoryImageStore(core)

    def add(self, verification: Verification) -> Verification:
        new = verification
        with self._core.lock:
            known = [one for one in self._of(new.image_id) if one.user_id == new.user_id]
            change = ImageChange(confirm=True, verify=0 if known else 1)
            self._images.change(new.workspace_id, new.image_id, change, new.created)
            if known:
                return known[0]
            self._core.verifications[new.id] = new
            return new

    def remove(self, workspace_id: str, verification_id: str) -> None:
        with self._core.lock:
            known = self._core.verifications.get(verification_id)
            if known is None or known.workspace_id != workspace_id:
                raise NotFound("There is no verification with this id")
            change = ImageChange(verify=-1)
            self._images.change(workspace_id, known.image_id, change, known.created)
            del self._core.verifications[verification_id]

    def of_image(self, workspace_id: str, image_id: str) -> tuple[Verification, ...]:
        self._core.image(workspace_id, image_id)
        return tuple(by_age(self._of(image_id)))

    def list(self, workspace_id: str, page: PageRequest) -> Page[Verification]:
        mine = [
            one
            for one in self._core.verifications.values()
            if one.workspace_id == workspace_id and one.image_id not in self._core.hidden_images
        ]
        return page_of(mine, page)

    def _of(self, image_id: str) -> tuple[Verification, ...]:
        return tuple(one for one in self._core.verifications.values() if one.image_id == image_id)


class MemoryPointStore:
    def __init__(self, core: MemoryCore) -> None:
        self._core = core

    def add(self, point: Point) -> None:
        with self._core.lock:
            if len(self.of_image(point.workspace_id, point.image_id)) >= MAX_POINTS_OF_IMAGE:
                raise Conflict(f"An image holds at most {MAX_POINTS_OF_IMAGE} points; delete some")
            self._core.points[point.id] = point

    def remove(self, workspace_id: str, point_id: str) -> None:
        with self._core.lock:
            known = self._core.points.get(point_id)
            if known is None or known.workspace_id != workspace_id:
                raise NotFound("There is no point with this id")
            if known.image_id in self._core.hidden_images:
                raise NotFound("There is no point with this id")
            del self._core.points[point_id]

    def of_image(self, workspace_id: str, image_id: str) -> tuple[Point, ...]:
        self._core.image(workspace_id, image_id)
        mine = [one for one in self._core.points.values() if one.image_id == image_id]
        return tuple(by_age(mine))

    def list(self, workspace_id: str, page: PageRequest) -> Page[Point]:
        mine = [
            one
            for one in self._core.points.values()
            if one.workspace_id == workspace_id and one.image_id not in self._core.hidden_images
        ]
        return page_of(mine, page)
