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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from oriel.domain.errors import TooFewImages
from oriel.domain.example import Example
from oriel.domain.image import Image

TEST_SHARE = 0.2


class Side(StrEnum):
    """What a picture is for."""

    TRAIN = "train"
    TEST = "test"


@dataclass(slots=True)
class _Group:
    """Copies of one picture; `position` in [0, 1) is drawn from the hash.

    `labels` are those of any copy, `common` those of all.
    """

    position: float
    labels: frozenset[str]
    common: frozenset[str]
    reserved: bool = False
    side: Side = Side.TRAIN


@dataclass(frozen=True, slots=True)
class _Answer:
    """That a picture carries a label, or that it does not."""

    label: str
    carried: bool


def group_of(image: Image) -> str:
    """Name the image's group; images that ingest has not hashed stand alone by their content."""
    return image.perceptual_hash or image.sha256


def split(
    examples: Sequence[Example], names: Mapping[str, str], *, contrast: bool = False
) -> dict[str, Side]:
    """Return each group's side; every label has a picture on both.

    With `contrast` every label also lacks on a picture of both sides, as a question that is
    answered by yes or no needs it. `names` says what to call each label. Raises TooFewImages where
    a label has only copies of one picture, or nothing but test images.
    """
    groups = _collect(examples)
    draft = _Draft(groups.values(), names if contrast else ())
    carried = {label for group in groups.values() for label in group.labels}
    for label in sorted(carried):
        draft.fill(_Answer(label, carried=True), names[label])
    for label in sorted(names) if contrast else ():
        draft.fill(_Answer(label, carried=False), names[label])
    return {name: group.side for name, group in groups.items()}


def _collect(examples: Iterable[Example]) -> dict[str, _Group]:
    groups: dict[str, _Group] = {}
    for example in examples:
        name, own = group_of(example.image), example.label_ids
        group = groups.setdefault(name, _Group(_position(name), own, own))
        group.labels, group.common = group.labels | own, group.common & own
        group.reserved = group.reserved or example.image.test_image
        if group.reserved or group.position < TEST_SHARE:
            group.side = Side.TEST
    return groups


def _position(name: str) -> float:
    digest = hashlib.sha256(f"split:{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


class _Draft:
    """Moves single groups where an answer would be missing on one side."""

    def __init__(self, groups: Iterable[_Group], contrasted: Iterable[str]) -> None:
        """`contrasted` are the labels that also have to lack on both sides."""
        self._ordered = sorted(groups, key=lambda group: group.position)
        self._contrasted = frozenset(contrasted)
        self._by_label: defaultdict[str, list[_Group]] = defaultdict(list)
        for group in self._ordered:
            for label in group.labels:
                self._by_label[label].append(group)

    def fill(self, answer: _Answer, name: str) -> None:
        """Let the answer be on both sides."""
        self._fill(answer, Side.TEST, name)
        self._fill(answer, Side.TRAIN, name)

    def _fill(self, answer: _Answer, side: Side, name: str) -> None:
        if any(group.side is side for group in self._with(answer)):
            return
        for group in self._with(answer, backwards=side is Side.TRAIN):
            if not group.reserved and self._may_leave(group):
                group.side = side
                return
        raise TooFewImages(
            f"Label '{name}' needs at least two different pictures"
            f"{'' if answer.carried else ' without it'}, one of them not a test image"
        )

    def _may_leave(self, group: _Group) -> bool:
        """Tell whether all that a group answers is answered on its side without it too."""
        return all(
            any(other is not group and other.side is group.side for other in self._with(answer))
            for answer in self._answers(group)
        )

    def _answers(self, group: _Group) -> Iterator[_Answer]:
        yield from (_Answer(label, carried=True) for label in group.labels)
        lacking = self._contrasted - group.common
        yield from (_Answer(label, carried=False) for label in lacking)

    def _with(self, answer: _Answer, *, backwards: bool = False) -> Iterator[_Group]:
        """Yield the groups with a picture of this answer, by position."""
        groups = self._by_label[answer.label] if answer.carried else self._ordered
        for group in reversed(groups) if backwards else groups:
            if answer.carried or answer.label not in group.common:
                yield group
