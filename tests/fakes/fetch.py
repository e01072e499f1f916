"""A web in memory."""

from collections.abc import Mapping

from oriel.domain.errors import InvalidInput
from oriel.ports import Fetched


class MemoryFetcher:
    def __init__(self, pages: Mapping[str, bytes] | None = None) -> None:
        self._pages = dict(pages or {})

    def fetch(self, url: str) -> Fetched:
        if url not in self._pages:
            raise InvalidInput("The host of _url is unknown")
        return Fetched(self._pages[url], "image/png")
