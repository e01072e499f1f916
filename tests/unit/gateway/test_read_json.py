"""Short and long bodies are read by different libraries, which must not be told apart."""

import json
from typing import Any

import pytest
from oriel.adapters import gateway
from oriel.domain.errors import InvalidInput

DEEP = 200
READ = [
    b'{"a":1}',
    b"[true,false,null]",
    b'\xef\xbb\xbf{"a":1}',
    b'{"a":1} \n',
    b'{"a":1,"a":2}',
    b'{"\xc3\xa9":"\xc3\xa9"}',
    b'{"a":"\\ud83d\\ude00\\/\\b"}',
    b'"\x7f"',
    b"12345678901234567890123",
    b"-0",
    b"-0.0",
    b"1E5",
    b"1e-400",
    b"5e-324",
    b"0.1234567890123456789",
    b"[" * DEEP + b"]" * DEEP,
]
REFUSED = [
    b"",
    b" ",
    b"tru",
    b"01",
    b"1.",
    b".5",
    b"1e999",
    b"NaN",
    b"-Infinity",
    b"1" * 5000,
    b'{"a":1}x',
    b'{"a":1,}',
    b'{"a" 1}',
    b"[1,]",
    b'"\x01"',
    b'"\\x"',
    b'"\\u12"',
    b'"\xed\xa0\x80"',
    b'"\xc0\xaf"',
    b'"\xff"',
    b"\xef\xbb\xbf\xef\xbb\xbf1",
    b"[" * 100_000,
]


@pytest.fixture(params=["short", "long"], autouse=True)
def length(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "_LONG", -1 if request.param == "long" else 10**9)


@pytest.mark.parametrize("body", READ, ids=lambda body: repr(body[:24]))
def test_json_is_read_alike(body: bytes) -> None:
    expected: Any = json.loads(body.decode("utf-8-sig"))
    assert repr(gateway.read_json(body)) == repr(expected)


@pytest.mark.parametrize("body", REFUSED, ids=lambda body: repr(body[:24]))
def test_what_is_not_json_is_refused_alike(body: bytes) -> None:
    with pytest.raises(InvalidInput, match="not valid JSON"):
        gateway.read_json(body)
