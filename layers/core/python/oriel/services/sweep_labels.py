"""How labels are swept, with or without their images."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from oriel.domain.errors import NotFound
from oriel.domain.sweep import Sweep, Swept
from oriel.label_ports import LabelStore
from oriel.services.images import Images
from oriel.values import dataclass

LINKS_A_SLICE = 490
IMAGES_A_SLICE = 40
THREADS = 8
"""An image's removal is a dozen calls one after the other, which mostly wait."""


@dataclass(frozen=True, slots=True)
class LabelBroom:
    """Detaches a hidden label from everything, then removes it."""

    labels: LabelStore

    def sweep(self, sweep: Sweep) -> Swept:
        """Remove some links; the label itself goes once its own counts say that none is left."""
        where = (sweep.workspace_id, sweep.subject_id)
        detached = self.labels.detach(*where, LINKS_A_SLICE)
        gone = self.labels.remove(*where)
        return Swept({"links": detached, "labels": int(gone)}, finished=gone)


@dataclass(frozen=True, slots=True)
class WipeBroom:
    """Removes the images of a hidden label, then the label."""

    labels: LabelStore
    images: Images

    def sweep(self, sweep: Sweep) -> Swept:
        """Remove some images, and the label itself once it has none."""
        workspace_id = sweep.workspace_id
        # An image whose removal died half-way may have lost its label, but is still hidden.
        half = self.images.store.hidden(workspace_id, IMAGES_A_SLICE)
        carriers = self.labels.carriers_of_hidden(workspace_id, sweep.subject_id, IMAGES_A_SLICE)
        found = list(dict.fromkeys([*half, *carriers]))
        removed = _count(lambda image_id: self._remove(workspace_id, image_id), found)
        if removed:
            return Swept({"images": removed})
        if found:
            return Swept({})  # the index still shows what is gone
        return self._finish(sweep)

    def _remove(self, workspace_id: str, image_id: str) -> bool:
        try:
            self.images.delete(workspace_id, image_id)
        except NotFound:
            return False
        return True

    def _finish(self, sweep: Sweep) -> Swept:
        """Remove what is no image's: the label's tasks, proposals, and the label itself."""
        where = (sweep.workspace_id, sweep.subject_id)
        try:
            left = self.labels.hide(*where).images_count
        except NotFound:
            return Swept({}, finished=True)
        if left:
            return Swept({})  # the count is exact and the index lags behind it
        return LabelBroom(self.labels).sweep(sweep)


def _count(remove: Callable[[str], bool], ids: Sequence[str]) -> int:
    if not ids:
        return 0
    with ThreadPoolExecutor(THREADS) as threads:
        return sum(threads.map(remove, ids))
