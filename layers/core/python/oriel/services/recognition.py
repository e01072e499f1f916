"""What classification needs of whatever decodes pictures and runs models."""

from collections.abc import Sequence, Sized
from typing import Any, Protocol, Self, TypeAlias

from oriel.domain.explanation import HeatMap
from oriel.domain.model import Artifact


class Picture(Protocol):
    """A decoded picture, ready for a model; width and height in pixels as displayed."""

    @property
    def width(self) -> int: ...  # noqa: D102 - the class says it

    @property
    def height(self) -> int: ...  # noqa: D102


Outputs: TypeAlias = Sequence[Sequence[float]]
"""For each picture a number for each label, in the artifact's order of labels: its probability, or
in regression the value itself."""

Explained: TypeAlias = tuple[Outputs, Sequence[HeatMap | None]]
"""The outputs, and for each picture where the answer comes from; None where a model cannot say."""


class ReadyModel(Protocol):
    """A model that stays ready until it is closed, and is so at the end of a `with` block.

    It answers pictures that its recogniser took together.
    """

    def answer(self, batch: Any) -> Outputs:
        """Answer for each label."""

    def explain(self, batch: Any, column: int | None) -> Explained:
        """Answer, and explain the label of the column, or of each picture's highest output."""

    def close(self) -> None:
        """Let it make room for others."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


class Recognizer(Protocol):
    """Runs models."""

    def decode(self, data: bytes, side: int) -> Picture:
        """Prepare a picture for all models of this `input_size`; raises InvalidPicture.

        May run in many threads.
        """

    def batch(self, pictures: Sequence[Any]) -> Sized:
        """Take pictures of one side that it decoded together, for one or several models to answer.

        What these compute of them alike is computed once: one backbone pass serves all heads.
        """

    def ready_now(self, artifact: Artifact) -> ReadyModel | None:
        """Take the model into use, None where it would have to be waited for."""

    def ready(self, artifact: Artifact) -> ReadyModel:
        """Make the model ready and take it into use; raises ModelBroken."""
