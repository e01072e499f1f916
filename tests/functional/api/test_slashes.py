"""A path means the same with and without a slash at its end, and nothing is ever a redirect."""

import re

import pytest

from functions.api.app import ROUTES
from tests.functional.api.conftest import Client

JSON = "application/json"
UNKNOWN = "5f0c3b1e-8d2a-4e6f-9b7c-1a2b3c4d5e6f"


@pytest.mark.parametrize(
    ("method", "path"), [(route.method, route.path) for route in ROUTES], ids=lambda part: part
)
def test_a_slash_at_the_end_changes_nothing(client: Client, method: str, path: str) -> None:
    path = re.sub("<[a-z_]+>", UNKNOWN, path)
    body: dict[str, str] | None = {} if method in {"POST", "PUT", "PATCH"} else None
    bare, ended = (client.call(method, path + slash, body) for slash in ("", "/"))
    assert bare.status == ended.status
    assert not 300 <= bare.status < 400
    assert bare.status != 405
    kind = "text/csv; charset=utf-8" if bare.status == 200 and "facts" in path else JSON
    assert bare.headers.get("Content-Type") == ended.headers["Content-Type"] == kind
