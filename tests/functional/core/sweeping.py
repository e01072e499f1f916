"""Deletes through sweeps, and waits for the index without sleeping longer than it takes."""

import time
from collections.abc import Callable

from oriel.domain.errors import NotFound
from oriel.domain.sweep import Sweep, SweepKind, Swept
from oriel.services.images import Images
from oriel.services.sweep_labels import LabelBroom, WipeBroom
from oriel.services.sweeps import Broom

from tests.fakes.blobs import MemoryBlobs
from tests.fakes.clock import FrozenClock
from tests.functional.core.conftest import Stores

PATIENCE_SECONDS = 60.0


def delete_label(stores: Stores, workspace_id: str, label_id: str) -> None:
    """Delete a label wholly; raises NotFound where it is gone."""
    stores.labels.hide(workspace_id, label_id)
    sweep_all(LabelBroom(stores.labels), sweep_of(workspace_id, SweepKind.LABEL, label_id))


def wipe_label(stores: Stores, workspace_id: str, label_id: str, blobs: MemoryBlobs) -> None:
    """Delete a label and its images wholly; raises NotFound where it is gone."""
    stores.labels.hide(workspace_id, label_id)
    images = Images(stores.images, stores.labels, blobs, FrozenClock())
    sweep = sweep_of(workspace_id, SweepKind.LABEL_WIPE, label_id)
    sweep_all(WipeBroom(stores.labels, images), sweep)


def sweep_of(workspace_id: str, kind: SweepKind, subject_id: str) -> Sweep:
    return Sweep(workspace_id, kind, subject_id, FrozenClock()())


def sweep_all(broom: Broom, sweep: Sweep, slices: Callable[[Swept], None] = lambda _: None) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        swept = broom.sweep(sweep)
        slices(swept)
        if swept.finished:
            return
    raise AssertionError("the sweep never ended")


def is_gone(stores: Stores, workspace_id: str, label_id: str) -> bool:
    try:
        stores.labels.hide(workspace_id, label_id)
    except NotFound:
        return True
    return False
