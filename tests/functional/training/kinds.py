"""Worlds whose task is about tags, or about a number."""

import numpy as np
from oriel.domain.image import Image
from oriel.domain.label import Label
from oriel.domain.task import TaskType

from tests.functional.training.world import DIMENSIONS, WORKSPACE, World


class TagWorld(World):
    """Pictures with boots, with shirts, with both, and with neither."""

    def __init__(self) -> None:
        super().__init__(task_type=TaskType.MULTI_LABEL)
        self.neither = self._label("Wardrobe", negative_for_task=self.task.id)

    def show(self, *labels: Label, test_image: bool = False, towards: float = 1.0) -> Image:
        """Add a READY picture; each tag is half of its embedding, which `towards` -1 turns."""
        image = self.ready(self.upload(*labels, test_image=test_image))
        halves = np.repeat([self.boots in labels, self.shirts in labels], DIMENSIONS // 2)
        self.embed(image, np.where(halves, towards, -towards))
        return image

    def fill(self, count: int = 12) -> "TagWorld":
        for _ in range(count):
            self.show(self.boots)
            self.show(self.shirts)
            self.show(self.boots, self.shirts)
            self.show(self.neither)
        return self


class ValueWorld(World):
    """Pictures of boots, from 1 to 3 in size; their embedding tells it."""

    def __init__(self) -> None:
        super().__init__(task_type=TaskType.REGRESSION)
        self.tasks.detach_label(WORKSPACE, self.task.id, self.shirts.id)

    def show(self, value: float | None, *, test_image: bool = False, like: float = 2.0) -> Image:
        """Add a READY picture; one without a value looks `like` one of another."""
        image = self.ready(self.upload(self.boots, test_image=test_image, value=value))
        size = like if value is None else value
        self.embed(image, np.full(DIMENSIONS, size**2))
        return image

    def fill(self, count: int = 60) -> "ValueWorld":
        for number in range(count):
            self.show(1 + 2 * number / (count - 1))
        return self
