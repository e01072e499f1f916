"""What classification needs of whatever decodes pictures and runs models."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeAlias

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

Answerer: TypeAlias = Callable[[Sequence[Picture]], Outputs]

Explained: TypeAlias = tuple[Outputs, Sequence[HeatMap | None]]
"""The outputs, and for each picture where the answer comes from; None where a model cannot say."""

Explainer: TypeAlias = Callable[[Sequence[Picture], int | None], Explained]
"""Explains the label of the given column, or of each picture's highest output."""


class Recognizer(Protocol):
    """Runs models."""

    def decode(self, data: bytes, artifact: Artifact) -> Picture:
        """Prepare a picture for the model; raises InvalidPicture. May run in many threads.

        It suits every model of the same `input_size`.
        """

    def batch(self, pictures: Sequence[Any]) -> Sequence[Picture]:
        """Take pictures of one side that it decoded together, for several models to answer.

        What these compute of them alike is computed once: one backbone pass serves all heads.
        """

    def has(self, artifact: Artifact) -> bool:
        """Tell whether the model is ready now, so that nothing has to be waited for."""

    def loaded(self, artifact: Artifact) -> AbstractContextManager[Answerer]:
        """Make the model ready; inside the context it answers any number of pictures at once."""

    def explaining(self, artifact: Artifact) -> AbstractContextManager[Explainer]:
        """Make the model ready as `loaded` does, to answer and to say why."""
