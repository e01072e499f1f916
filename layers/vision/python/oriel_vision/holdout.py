"""Which training pictures a network's training holds out to choose the epoch and the temperature.

Plain Python, since it is drawn twice: by the training itself, and for the report on it.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

VALIDATION_SHARE = 0.15
"""Of the groups of equal pictures."""

Group = frozenset[int]
"""The columns that any copy of a picture has."""


def held_out_groups(
    train: Iterable[tuple[str, frozenset[int]]], contrasted: Iterable[int], seed: int
) -> set[str]:
    """Draw groups label by label, so that each label keeps one; none where none can be spared.

    `train` are pictures: the group and the columns of each. Of `contrasted` labels a picture
    without them is kept too.
    """
    groups = _columns_of(train)
    keeper = _Keeper(groups, frozenset(contrasted))
    order = sorted(groups, key=lambda group: _draw(seed, group))
    by_column: defaultdict[int | None, list[str]] = defaultdict(list)
    for group in order:
        # Pictures without any label, and those that have a value instead, are a kind of their own.
        for column in groups[group] or {None}:
            by_column[column].append(group)
    for column in sorted(by_column, key=lambda one: (len(by_column[one]), one or 0)):
        _hold_out(by_column[column], keeper)
    return keeper.held_out


def _columns_of(train: Iterable[tuple[str, frozenset[int]]]) -> dict[str, Group]:
    groups: dict[str, Group] = {}
    for group, columns in train:
        groups[group] = groups.get(group, frozenset()) | columns
    return groups


def _hold_out(own: Sequence[str], keeper: "_Keeper") -> None:
    """Bring one label's share up to what is wanted, the groups drawn first."""
    wanted = max(1, round(VALIDATION_SHARE * len(own)))
    missing = wanted - sum(group in keeper.held_out for group in own)
    for group in own:
        if missing <= 0:
            return
        missing -= keeper.hold_out(group)


class _Keeper:
    """Holds groups out as long as no label loses its last training picture by it."""

    def __init__(self, groups: dict[str, Group], contrasted: Group) -> None:
        self.held_out: set[str] = set()
        self._groups, self._contrasted = groups, contrasted
        self._training = len(groups)
        self._having = Counter(column for columns in groups.values() for column in columns)

    def hold_out(self, group: str) -> bool:
        """Hold a group out where that may be; tell whether it was."""
        columns = self._groups[group]
        if group in self.held_out or not self._can_spare(columns):
            return False
        self.held_out.add(group)
        self._training -= 1
        self._having.subtract(columns)
        return True

    def _can_spare(self, columns: Group) -> bool:
        last_one = 1
        if self._training == last_one:
            return False
        if any(self._having[column] == last_one for column in columns):
            return False
        lacking = self._contrasted - columns
        return all(self._training - self._having[column] > last_one for column in lacking)


def _draw(seed: int, group: str) -> str:
    return hashlib.sha256(f"validation:{seed}:{group}".encode()).hexdigest()
