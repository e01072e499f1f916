"""One picture of a training."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Example:
    """A picture with the columns of its labels, or with its value; copies have one `group`."""

    image_id: str
    columns: frozenset[int]
    value: float | None
    group: str
    path: Path
