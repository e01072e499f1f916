"""A DynamoDB client whose process dies at one of its calls."""

from dataclasses import dataclass
from typing import Any


class Crash(Exception):
    """The process is gone."""


@dataclass
class CrashingClient:
    """Dies at the call of this number, counted from 1: before it, or before its answer is seen."""

    client: Any
    at_call: int
    applied: bool
    calls: int = 0

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.client, name)

        def call(**arguments: Any) -> Any:
            self.calls += 1
            if self.calls != self.at_call:
                return method(**arguments)
            if self.applied:
                method(**arguments)
            raise Crash(name)

        return call


@dataclass
class LaggingClient:
    """Shows an index as it was at first, as DynamoDB may for a while, for some queries."""

    client: Any
    stale_queries: int
    remembered: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)

    def query(self, **arguments: Any) -> Any:
        if "IndexName" not in arguments or self.stale_queries == 0:
            return self.client.query(**arguments)
        self.stale_queries -= 1
        return {"Items": [] if self.remembered is None else self.remembered}
