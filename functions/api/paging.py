"""Pages by number, for callers that count: `page=3` is reached through the two before it.

`next` leads on at the cost of one page, however far in; a number costs all pages up to it, so there
is an end to them.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from oriel.domain.errors import InvalidInput, NotFound
from pydantic import BaseModel

from functions.api.call import Call
from functions.api.wire.listing import Listing

MOST_PAGES = 200
# Cursors are longer or no numbers.
_NUMBER = re.compile(r"0*[1-9][0-9]{0,8}")


def turn_pages(
    handle: Callable[[Call[Any]], BaseModel | None], call: Call[Any]
) -> BaseModel | None:
    """Answer a call, of a listing the page of the number that is asked for.

    Raises what the handler raises; NotFound where the listing has fewer pages, InvalidInput for a
    number that is too high.
    """
    asked = call.query.get("page", "")
    if not (asked.isascii() and _NUMBER.fullmatch(asked)):
        return handle(call)
    answer = handle(_at(call, "1"))
    if not isinstance(answer, Listing):
        return answer
    if int(asked) > MOST_PAGES:
        raise InvalidInput(f"page: numbers go up to {MOST_PAGES}; follow `next` to go on")
    for _ in range(int(asked) - 1):
        if answer.next is None:
            raise NotFound("There is no such page; the listing is shorter")
        answer = handle(_at(call, _cursor_in(answer.next)))
        assert isinstance(answer, Listing)  # noqa: S101 - one handler, one kind of answer
    return answer


def _at(call: Call[Any], page: str) -> Call[Any]:
    return replace(call, query={**call.query, "page": page})


def _cursor_in(url: str) -> str:
    return parse_qs(urlsplit(url).query)["page"][0]
