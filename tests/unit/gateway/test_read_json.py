"""Texts with long strings are read in another way than others, which must not be told apart."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oriel.adapters import gateway, json_text
from oriel.domain.errors import InvalidInput

DEEP = 200
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
)
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
    monkeypatch.setattr(json_text, "_LONG", -1 if request.param == "long" else 10**9)


@pytest.mark.parametrize("body", READ, ids=lambda body: repr(body[:24]))
def test_json_is_read_alike(body: bytes) -> None:
    expected: Any = json.loads(body.decode("utf-8-sig"))
    assert repr(gateway.read_json(body)) == repr(expected)


@pytest.mark.parametrize("body", REFUSED, ids=lambda body: repr(body[:24]))
def test_what_is_not_json_is_refused_alike(body: bytes) -> None:
    with pytest.raises(InvalidInput, match="not valid JSON"):
        gateway.read_json(body)


@given(JSON, st.integers(-1, 12))
def test_strings_of_any_length_come_back_where_they_stood(content: Any, long: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_text, "_LONG", long)
        for is_ascii in (True, False):
            text = json.dumps(content, ensure_ascii=is_ascii)
            assert json_text.read_json(text) == json.loads(text)


@given(st.text('{}[]":,0ab\\\x01 ', max_size=30))
def test_no_text_that_is_not_json_becomes_json(text: str) -> None:
    try:
        expected = json.loads(text, strict=False)
    except ValueError:
        with pytest.raises(json.JSONDecodeError):
            json_text.read_json(text)
    else:
        with suppress(ValueError):  # a control character in a string that is not long
            assert json_text.read_json(text) == expected


def test_a_string_that_looks_like_the_mark_of_another_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(json_text, "_LONG", 4)
    assert json_text.read_json('{"picture":"aaaaaa","b":"0"}') == {"picture": "aaaaaa", "b": "0"}
    with pytest.raises(ValueError, match="control character"):
        json_text.read_json('{"picture":"aaaaaa","b":"\x010"}')
    escaped = '{"picture":"aaaaaa","b":"\\u00010"}'
    assert json_text.read_json(escaped) == {"picture": "aaaaaa", "b": "\x010"}


def test_as_many_strings_as_there_may_be_are_read() -> None:
    text = json.dumps({"short": ["a"] * 3000, "long": "b" * 10_000})
    assert json_text.read_json(text) == json.loads(text)
