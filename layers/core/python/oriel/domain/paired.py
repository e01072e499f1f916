"""Which picture of one evaluation is which of another, though images may have been stored again."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

Scores: TypeAlias = Mapping[str, float]


def paired(
    ours: Sequence[Mapping[str, Any]], theirs: Sequence[Mapping[str, Any]]
) -> tuple[Scores, Scores, Mapping[str, str]]:
    """Return the scores of both by what the pictures hold, and the group of each picture.

    Pictures of the same content follow each other by their ids; they are one group, as are those
    that the evaluation calls near-duplicates.
    """
    groups: dict[str, str] = {}
    return _scores(ours, groups), _scores(theirs, {}), groups


def _scores(outcomes: Sequence[Mapping[str, Any]], groups: dict[str, str]) -> Scores:
    seen, scores = Counter[str](), dict[str, float]()
    for outcome in sorted(outcomes, key=lambda one: (str(one["sha256"]), str(one["image_id"]))):
        sha256 = str(outcome["sha256"])
        name = f"{sha256}-{seen[sha256]}"
        seen[sha256] += 1
        scores[name] = float(outcome["score"])
        groups[name] = str(outcome.get("group") or sha256)
    return scores
