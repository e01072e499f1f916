"""Moves single groups to the other side of a split where an answer would be missing there."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from oriel.domain.errors import TooFewImages
from oriel.domain.groups import Group, Side
from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class _Answer:
    """That a picture carries a label, or that it does not."""

    label: str
    carried: bool


def fill_sides(groups: Iterable[Group], names: Mapping[str, str], *, contrast: bool) -> None:
    """Let every label that is carried be on both sides; with `contrast`, and lack on both.

    Raises TooFewImages, naming the label by `names`, where there are not groups enough.
    """
    draft = _Draft(groups, names if contrast else ())
    for label in sorted(draft.carried):
        draft.fill(_Answer(label, carried=True), names[label])
    for label in sorted(names) if contrast else ():
        draft.fill(_Answer(label, carried=False), names[label])


class _Draft:
    """The groups by their drawn position."""

    def __init__(self, groups: Iterable[Group], contrasted: Iterable[str]) -> None:
        """`contrasted` are the labels that also have to lack on both sides."""
        self._ordered = sorted(groups, key=lambda group: (group.position, group.name))
        self._contrasted = frozenset(contrasted)
        self._by_label: defaultdict[str, list[Group]] = defaultdict(list)
        for group in self._ordered:
            for label in group.labels:
                self._by_label[label].append(group)

    @property
    def carried(self) -> Iterable[str]:
        """The labels that some group carries."""
        return self._by_label.keys()

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
            f"{'' if answer.carried else ' without it'}, one of them not a test image; "
            "those that look like copies of each other count as one"
        )

    def _may_leave(self, group: Group) -> bool:
        """Tell whether all that a group answers is answered on its side without it too."""
        return all(
            any(other is not group and other.side is group.side for other in self._with(answer))
            for answer in self._answers(group)
        )

    def _answers(self, group: Group) -> Iterator[_Answer]:
        yield from (_Answer(label, carried=True) for label in group.labels)
        lacking = self._contrasted - group.common
        yield from (_Answer(label, carried=False) for label in lacking)

    def _with(self, answer: _Answer, *, backwards: bool = False) -> Iterator[Group]:
        """Yield the groups with a picture of this answer, by position."""
        groups = self._by_label[answer.label] if answer.carried else self._ordered
        for group in reversed(groups) if backwards else groups:
            if answer.carried or answer.label not in group.common:
                yield group
