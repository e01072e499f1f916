"""Groups of pictures that look like copies of each other, as they grow picture by picture."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import TypeAlias

from oriel.domain.example import Example
from oriel.values import dataclass

MOST_ALIKE = 16
"""Pictures that only look alike are one group up to so many: those of a camera that never moves
all look alike, and a group must not swallow a label. Equal files are one group however many."""

Copies: TypeAlias = Mapping[str, Sequence[str]]
"""By image id the ids of older images that look like copies of it, the likest first."""

NO_COPIES: Copies = {}


class Side(StrEnum):
    """What a picture is for."""

    TRAIN = "train"
    TEST = "test"


@dataclass(slots=True)
class Group:
    """Copies of one picture; `position` in [0, 1) is drawn from how the oldest looks.

    `name` is the oldest one's SHA-256, `began` its place among all pictures. `labels` are those of
    any copy, `common` those of all.
    """

    name: str
    began: int
    position: float
    members: list[str]
    labels: frozenset[str]
    common: frozenset[str]
    reserved: bool
    side: Side = Side.TRAIN

    @classmethod
    def of(cls, example: Example, began: int) -> "Group":
        """Begin a group with a picture."""
        image, labels = example.image, example.label_ids
        drawn = _position(image.perceptual_hash or image.sha256)
        return cls(image.sha256, began, drawn, [image.id], labels, labels, image.test_image)

    def take(self, other: "Group") -> None:
        """Take in a group; test pictures stay what they are, so that the test side only grows."""
        if other.began < self.began:
            self.name, self.began, self.position = other.name, other.began, other.position
        self.members += other.members
        self.labels, self.common = self.labels | other.labels, self.common & other.common
        self.reserved = self.reserved or other.reserved
        if other.side is Side.TEST:
            self.side = Side.TEST


def _position(looks: str) -> float:
    digest = hashlib.sha256(f"split:{looks}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


class Groups:
    """The groups of the pictures seen so far."""

    def __init__(self) -> None:
        self.by_image: dict[str, Group] = {}
        self._first_with: dict[str, str] = {}

    def matching(self, example: Example, alike: Iterable[str]) -> list[Group]:
        """Return the groups that a picture belongs to, with that of an equal file first."""
        first = self._first_with.get(example.image.sha256)
        found = [] if first is None else [self.by_image[first]]
        size = 1 + sum(len(group.members) for group in found)
        for older in alike:
            group = self.by_image.get(older)
            if group is None or any(group is one for one in found):
                continue
            if size + len(group.members) <= MOST_ALIKE:
                found.append(group)
                size += len(group.members)
        return found

    def put(self, example: Example, began: int, matching: Sequence[Group]) -> Group:
        """Make one group of a picture and those that it belongs to."""
        parts = [Group.of(example, began), *matching]
        largest = max(parts, key=lambda group: len(group.members))
        for part in parts:
            if part is not largest:
                self._move(part, largest)
        for image_id in parts[0].members:
            self.by_image[image_id] = largest
        self._first_with.setdefault(example.image.sha256, example.image.id)
        return largest

    def _move(self, part: Group, into: Group) -> None:
        for image_id in part.members:
            self.by_image[image_id] = into
        into.take(part)
