"""Which pictures train and which measure.

Pictures that look like copies of each other are one group, and a group lies on one side as a whole,
so that no picture and its copy (resized, compressed again, cropped a little, with another label)
straddle the split. A fifth of each label's groups measure; a group with a `test_image` always does.

The pictures are gone through in the order in which they were added, and each new group gets its
side from how it looks and from what its labels are short of by then. So a picture never leaves the
test side when others are added: only where a picture turns out to be a copy of groups on both
sides, all of them measure. The one exception are labels of fewer than ten groups, of which one may
have to be drafted because a side has none: it goes back when the label has one there of its own
accord.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from oriel.domain.draft import fill_sides
from oriel.domain.example import Example
from oriel.domain.groups import NO_COPIES, Copies, Group, Groups, Side

__all__ = ["TEST_SHARE", "Side", "split"]

TEST_SHARE = 0.2
FREE_GROUPS, FREE_SHARE = 1.0, 0.02
"""By so much may the test groups of a label be off, so many and such a share of all its groups:
looks alone decide then. Were shares kept more closely, a picture that is labelled late would move
many others."""
PULL = 0.4
"""How much each test group that is missing beyond that raises the chance of the next group."""
LATEST_TEST = 10
"""Of so many groups of a label at least one measures."""


def split(
    examples: Sequence[Example],
    names: Mapping[str, str],
    copies: Copies = NO_COPIES,
    *,
    contrast: bool = False,
) -> dict[str, Group]:
    """Return the group of each image by its id, and with it the side; each label is on both.

    With `contrast` every label also lacks on a picture of both sides, as a question that is
    answered by yes or no needs it. `names` says what to call each label. Raises TooFewImages where
    a label has only copies of one picture, or nothing but test images.
    """
    replay = _Replay()
    ordered = sorted(examples, key=lambda example: (example.image.created, example.image.id))
    for place, example in enumerate(ordered):
        replay.add(example, place, copies.get(example.image.id, ()))
    by_image = replay.groups.by_image
    fill_sides({id(group): group for group in by_image.values()}.values(), names, contrast=contrast)
    return by_image


@dataclass(slots=True)
class _Shares:
    """How many groups there are of each label, and how many of them measure.

    Groups with test images are not counted: they are there beside the fifth of all others.
    """

    groups: Counter[str] = field(default_factory=Counter)
    tests: Counter[str] = field(default_factory=Counter)

    def count(self, group: Group, change: int) -> None:
        """Count a group in or out."""
        if group.reserved:
            return
        for label in group.labels or {""}:
            self.groups[label] += change
            self.tests[label] += change * (group.side is Side.TEST)

    def side_for(self, group: Group) -> Side:
        """Choose the side of a new group."""
        labels = group.labels or {""}
        if any(self._has_none(label) for label in labels):
            return Side.TEST
        missing = sum(map(self._missing, labels)) / len(labels)
        return Side.TEST if group.position < TEST_SHARE + PULL * missing else Side.TRAIN

    def _has_none(self, label: str) -> bool:
        return self.groups[label] + 1 >= LATEST_TEST and not self.tests[label]

    def _missing(self, label: str) -> float:
        """Return how many test groups are missing, less than 0 where there are too many."""
        groups = self.groups[label]
        missing = TEST_SHARE * groups - self.tests[label]
        free = FREE_GROUPS + FREE_SHARE * groups
        return missing - max(-free, min(free, missing))


class _Replay:
    """Adds the pictures one after another, as they were."""

    def __init__(self) -> None:
        self.groups = Groups()
        self._shares = _Shares()

    def add(self, example: Example, place: int, alike: Sequence[str]) -> None:
        matching = self.groups.matching(example, alike)
        for group in matching:
            self._shares.count(group, -1)
        group = self.groups.put(example, place, matching)
        if group.reserved:
            group.side = Side.TEST
        elif not matching:
            group.side = self._shares.side_for(group)
        self._shares.count(group, 1)
