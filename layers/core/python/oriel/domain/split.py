"""Which pictures train and which measure.

Pictures with equal perceptual hashes are one group, and a group lies on one side as a whole, so
that no picture and its exact copy (other metadata, another container, another label) straddle the
split. A copy that was resized or compressed again often keeps its hash, but need not: catching
every such copy takes a distance between embeddings, which this does not have.

A group's side follows from its hash alone, so a picture stays on its side when others are added.
The one exception is a group that was drafted because a label had nothing on one side: it goes back
when the label has a picture there of its own accord. A group with a `test_image` is always test.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from oriel.domain.errors import TooFewImages
from oriel.domain.image import Image, LabelledImage

TEST_SHARE = 0.2


class Side(StrEnum):
    """What a picture is for."""

    TRAIN = "train"
    TEST = "test"


@dataclass(slots=True)
class _Group:
    """Copies of one picture; `position` in [0, 1) is drawn from the hash."""

    position: float
    labels: set[str] = field(default_factory=set)
    reserved: bool = False
    side: Side = Side.TRAIN


def group_of(image: Image) -> str:
    """Name the image's group; images that ingest has not hashed stand alone by their content."""
    return image.perceptual_hash or image.sha256


def split(pictures: Sequence[LabelledImage], names: Mapping[str, str]) -> dict[str, Side]:
    """Return each group's side; every label has a picture on both.

    `names` says what to call a label. Raises TooFewImages where a label has only copies of one
    picture, or nothing but test images.
    """
    groups = _collect(pictures)
    by_label: defaultdict[str, list[_Group]] = defaultdict(list)
    for group in sorted(groups.values(), key=lambda group: group.position):
        for label in group.labels:
            by_label[label].append(group)
    for label in sorted(by_label):
        _draft(by_label, by_label[label], Side.TEST, names[label])
        _draft(by_label, reversed(by_label[label]), Side.TRAIN, names[label])
    return {name: group.side for name, group in groups.items()}


def _collect(pictures: Iterable[LabelledImage]) -> dict[str, _Group]:
    groups: dict[str, _Group] = {}
    for picture in pictures:
        name = group_of(picture.image)
        group = groups.setdefault(name, _Group(_position(name)))
        group.labels.add(picture.label_id)
        group.reserved = group.reserved or picture.image.test_image
        if group.reserved or group.position < TEST_SHARE:
            group.side = Side.TEST
    return groups


def _position(name: str) -> float:
    digest = hashlib.sha256(f"split:{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def _draft(
    by_label: Mapping[str, list[_Group]], own: Iterable[_Group], side: Side, name: str
) -> None:
    """Move the first group that may go to `side` where the label has none there."""
    candidates = list(own)
    if any(group.side is side for group in candidates):
        return
    for group in candidates:
        if not group.reserved and all(_stays(by_label[label], group) for label in group.labels):
            group.side = side
            return
    raise TooFewImages(
        f"Label '{name}' needs at least two different pictures, one of them not a test image"
    )


def _stays(groups: Iterable[_Group], leaving: _Group) -> bool:
    """Tell whether a label keeps a picture on the side that one of its groups leaves."""
    return any(group is not leaving and group.side is leaving.side for group in groups)
