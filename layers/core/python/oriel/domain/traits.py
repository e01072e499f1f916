"""What kind of picture a picture is: what slices of an evaluation are cut by."""

import json
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import field
from itertools import pairwise

from oriel.domain.image import Image
from oriel.domain.kinds import Trait
from oriel.domain.model import ModelLabel
from oriel.domain.snapshot import SnapshotItem
from oriel.values import dataclass

MAX_KINDS = 20
"""Values of one key of meta data; numbers of more are put into four ranges of equal count."""
MAX_KEYS = 50
MAX_VALUE_LENGTH = 100
_LARGEST = 2**1000
"""Whole numbers beyond have no float; people may note any."""
_SIDES = (64, 128, 256, 512, 1024, 2048)
_BRIGHTNESSES = (64, 128, 192)


@dataclass(slots=True)
class _Kinds:
    """The traits of pictures by their place, and keys of meta data that gave none."""

    traits: list[set[Trait]]
    many_valued: list[str] = field(default_factory=list)


def traits_of(
    items: Sequence[SnapshotItem], labels: Sequence[ModelLabel], images: Mapping[str, Image]
) -> tuple[list[frozenset[Trait]], tuple[str, ...]]:
    """Return each picture's traits, and the keys of meta data whose values are too many.

    Label names stand for their labels; an image that is gone only has the traits of its item.
    """
    kinds = _Kinds([set() for _ in items])
    found = [images.get(item.image_id) for item in items]
    names = _names(labels)
    for place, item in enumerate(items):
        kinds.traits[place].update(("label", names[column]) for column in item.columns)
    for place, image in enumerate(found):
        if image is not None:
            kinds.traits[place].update(_looks(image))
    values = {place: item.number for place, item in enumerate(items) if item.value is not None}
    _add_ranges(kinds, "value", values)
    _add_meta_data(kinds, found)
    return [frozenset(traits) for traits in kinds.traits], tuple(kinds.many_valued)


def _names(labels: Sequence[ModelLabel]) -> list[str]:
    """Call labels by their names, and those of one name by their ids as well."""
    used = Counter(label.name for label in labels)
    return [
        label.name if used[label.name] == 1 else f"{label.name} ({label.id})" for label in labels
    ]


def _looks(image: Image) -> list[Trait]:
    traits = [("size", f"shorter side {_bin(min(image.width, image.height), _SIDES)} px")]
    if image.brightness is not None:
        traits.append(("brightness", f"{_bin(image.brightness, _BRIGHTNESSES)} of 255"))
    return traits


def _bin(number: float, edges: Sequence[int]) -> str:
    place = bisect_right(edges, number)
    if place == 0:
        return f"below {edges[0]}"
    if place == len(edges):
        return f"from {edges[-1]}"
    return f"from {edges[place - 1]} below {edges[place]}"


def _add_meta_data(kinds: _Kinds, images: Sequence[Image | None]) -> None:
    by_key: dict[str, dict[int, str | float]] = defaultdict(dict)
    for place, image in enumerate(images):
        meta_data = {} if image is None else image.meta_data
        # People may note any JSON; only an object has keys.
        for key, value in meta_data.items() if isinstance(meta_data, dict) else ():
            if isinstance(value, str | int | float):
                by_key[key][place] = json.dumps(value) if _is_word(value) else value
    commonest = sorted(by_key, key=lambda key: (-len(by_key[key]), key))
    for key in commonest[:MAX_KEYS]:
        _add_values(kinds, key[:MAX_VALUE_LENGTH], by_key[key])


def _is_word(value: str | float) -> bool:
    """Tell whether JSON writes no number, or one that no range can hold."""
    return isinstance(value, bool) or (isinstance(value, int) and abs(value) > _LARGEST)


def _add_values(kinds: _Kinds, key: str, values: Mapping[int, str | float]) -> None:
    name = f"meta_data.{key}"
    if len(set(values.values())) <= MAX_KINDS:
        for place, value in values.items():
            kinds.traits[place].add((name, str(value)[:MAX_VALUE_LENGTH]))
        return
    numbers = {place: value for place, value in values.items() if not isinstance(value, str)}
    if len(numbers) < len(values):
        kinds.many_valued.append(key)
    else:
        _add_ranges(kinds, name, numbers)


def _add_ranges(kinds: _Kinds, by: str, values: Mapping[int, float]) -> None:
    """Put numbers into four ranges that hold about as many each; equal numbers stay together."""
    ordered = sorted(values.values())
    if not ordered:
        return
    quarters = {ordered[len(ordered) * quarter // 4] for quarter in range(4)} | {ordered[-1]}
    edges = sorted(quarters)
    names = [f"{low:g} to {high:g}" for low, high in pairwise(edges)] or [f"{edges[0]:g}"]
    for place, value in values.items():
        at = min(bisect_right(edges, value) - 1, len(names) - 1)
        kinds.traits[place].add((by, names[at]))
