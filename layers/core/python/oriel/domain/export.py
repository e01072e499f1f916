"""Exports: a published model as one file that runs without oriel."""

from oriel.values import dataclass

MAX_DIFFERENCE = 1e-4
"""Between what the exported network and the deployment answer: of a probability, or of a value
beside the largest one."""


@dataclass(frozen=True, slots=True)
class Export:
    """What became of a model's export: a ZIP, or with `failure` none and the reason.

    `parity` is the largest difference that was seen between its answers and the deployment's, on
    the scale of `MAX_DIFFERENCE`.
    """

    sha256: str = ""
    size_bytes: int = 0
    parity: float = 0.0
    failure: str | None = None
