"""A DynamoDB client whose next writes fail as ordered."""

from collections.abc import Callable
from typing import Any


class FaultyClient:
    """Raises what `before` and `after` hold, one an attempt, around real writes."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.before: list[Exception | None] = []
        self.after: list[Exception | None] = []
        self.tokens: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def put_item(self, **request: Any) -> Any:
        return self._faulty(self._client.put_item, request)

    def transact_write_items(self, **request: Any) -> Any:
        self.tokens.append(request["ClientRequestToken"])
        return self._faulty(self._client.transact_write_items, request)

    def _faulty(self, write: Callable[..., Any], request: dict[str, Any]) -> Any:
        self._raise_next(self.before)
        answer = write(**request)
        self._raise_next(self.after)
        return answer

    @staticmethod
    def _raise_next(faults: list[Exception | None]) -> None:
        fault = faults.pop(0) if faults else None
        if fault is not None:
            raise fault
