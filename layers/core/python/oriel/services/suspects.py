"""Shows people which labels may be wrong, as long as nobody has looked at them."""

import json

from oriel.domain.errors import NotFound
from oriel.domain.image import Image
from oriel.domain.page import Page, PageRequest, at_place, place_of
from oriel.domain.suspects import Suspect, Suspects, suspects_key
from oriel.image_ports import ImageStore
from oriel.ports import Blobs, TaskStore
from oriel.values import dataclass

LOOKED_AT = 50
"""Suspects of one page: the labels of each are read, to see whether they are what they were."""


@dataclass(frozen=True, slots=True)
class SuspectImage:
    """A suspect with its image."""

    suspect: Suspect
    image: Image


@dataclass(frozen=True, slots=True)
class SuspectLists:
    """Reads what the latest training of a task found."""

    tasks: TaskStore
    images: ImageStore
    artifacts: Blobs

    def find(self, workspace_id: str, task_id: str) -> Suspects | None:
        """Return what was found, None before the first training; raises NotFound."""
        self.tasks.get(workspace_id, task_id)
        try:
            content = self.artifacts.get(suspects_key(workspace_id, task_id))
        except NotFound:
            return None
        return Suspects.from_document(json.loads(content))

    def page(
        self, workspace_id: str, task_id: str, suspects: Suspects, page: PageRequest
    ) -> Page[SuspectImage]:
        """Return the next suspects whose images are there and still have the doubted answer.

        A page may be shorter than asked for, even empty, and still have a next one.
        """
        start = place_of(page)
        end = start + min(page.size, LOOKED_AT)
        some = suspects.found[start:end]
        asked = {label.id for label in self.tasks.labels(workspace_id, task_id)}
        images = self.images.get_many(workspace_id, [suspect.image_id for suspect in some])
        shown = []
        for suspect in some:
            image = images.get(suspect.image_id)
            if image is None:
                continue
            labels = self.images.labels(workspace_id, image.id)
            if suspect.still_given(suspects.task_type, labels, asked):
                shown.append(SuspectImage(suspect, image))
        count = len(suspects.found)
        return Page(tuple(shown), count, at_place(end) if end < count else None)
