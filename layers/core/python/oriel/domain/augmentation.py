"""What a training may do to pictures so that they show the same in another way.

A task says what may be done by name. Where it says nothing, the names of the task and its labels
are looked at: mirrored, a left shoe is a right one. Only English words are known.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, field, fields
from typing import Any

from oriel.values import dataclass

LONGEST_NAME_SHOWN = 40
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+")
"""Words, also of `snake_case`, `camelCase` and `LEFT2`."""


@dataclass(frozen=True, slots=True)
class Augmentation:
    """Whether each operation may be used; None leaves it to a guess."""

    horizontal_flip: bool | None = None
    vertical_flip: bool | None = None
    rotation: bool | None = None
    crop: bool | None = None
    brightness: bool | None = None
    contrast: bool | None = None
    color: bool | None = None


OPERATIONS = tuple(one.name for one in fields(Augmentation))


@dataclass(frozen=True, slots=True)
class TrainingSetting:
    """What a task says of its trainings."""

    augmentation: Augmentation = field(default_factory=Augmentation)


@dataclass(frozen=True, slots=True)
class ChosenAugmentation:
    """The operations that a training uses, and in words why it does not use the others."""

    used: tuple[str, ...]
    unused: Mapping[str, str]

    def to_document(self) -> dict[str, Any]:
        """Write it as JSON has it."""
        return {"used": list(self.used), "unused": dict(self.unused)}


@dataclass(frozen=True, slots=True)
class _Rule:
    """Names with such a word ask for what these operations change."""

    words: frozenset[str]
    operations: tuple[str, ...]


def _rule(words: str, *operations: str) -> _Rule:
    return _Rule(frozenset(words.split()), operations)


_FLIPS = ("horizontal_flip", "vertical_flip")
_LIGHT = ("brightness", "contrast")
_RULES = (
    _rule("left right east west leftward rightward mirrored", "horizontal_flip"),
    _rule("up down top bottom upright upside inverted north south", "vertical_flip"),
    _rule("clockwise counterclockwise anticlockwise text letter letters digit digits", *_FLIPS),
    _rule("number numbers word words character characters handwriting arrow sign", *_FLIPS),
    _rule("angle angles degrees tilt tilted rotation rotated orientation", *_FLIPS, "rotation"),
    _rule("slanted crooked askew skewed diagonal clock level heading", *_FLIPS, "rotation"),
    _rule("horizontal vertical landscape portrait", "rotation"),
    _rule("red green blue yellow orange purple violet pink brown beige golden", "color"),
    _rule("cyan magenta turquoise teal navy maroon olive gold silver bronze", "color"),
    _rule("color colors colour colours coloured colored hue ripe unripe ripeness", "color"),
    _rule("faded rusty rust discolored discoloured yellowed", "color"),
    _rule("black white grey gray cream ivory", "color", *_LIGHT),
    _rule("dark bright light brightness darkness exposure overexposed underexposed", *_LIGHT),
    _rule("day night daylight dusk dawn contrast shade shadow", *_LIGHT),
    _rule("small medium large big tiny huge size sizes width height length area", "crop"),
    _rule("diameter distance near far close closeup zoom count centered cropped", "crop"),
)


def choose(setting: Augmentation, task_name: str, labels: Sequence[str]) -> ChosenAugmentation:
    """Take what the task says, and for the rest what the names let one guess."""
    said = asdict(setting)
    unused = {"vertical_flip": "most pictures have an upper side", **_guesses(task_name, labels)}
    for name, may in said.items():
        if may is True:
            unused.pop(name, None)
        elif may is False:
            unused[name] = "the task's settings turn it off"
    return ChosenAugmentation(
        used=tuple(name for name in OPERATIONS if name not in unused),
        unused={name: unused[name] for name in OPERATIONS if name in unused},
    )


def _guesses(task_name: str, labels: Sequence[str]) -> dict[str, str]:
    """Return what may do harm with the first reason for it."""
    found: dict[str, str] = {}
    for kind, name in (("task", task_name), *(("label", label) for label in labels)):
        for operation, word in _suspected(kind, name):
            shown = name[:LONGEST_NAME_SHOWN]
            found.setdefault(operation, f"the {kind} '{shown}' has the word '{word}'")
    return found


def _suspected(kind: str, name: str) -> Iterator[tuple[str, str]]:
    words = [word.lower() for word in _WORDS.findall(name)]
    for rule in _RULES:
        for word in words:
            if word in rule.words:
                yield from ((operation, word) for operation in rule.operations)
    is_sign = len(words) == 1 and (words[0].isdecimal() or len(words[0]) == 1)
    if kind == "label" and is_sign:
        yield from ((operation, words[0]) for operation in _FLIPS)
