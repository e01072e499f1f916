"""Parts of a transaction on images: each a write, and the error that it raises where refused."""

from typing import TypeAlias

from oriel.adapters.dynamodb.cascade import Write

Part: TypeAlias = tuple[Write, Exception | None]


class Stale(Exception):
    """What was read is no longer so: read it again."""
