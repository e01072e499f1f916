"""Reads JSON that strangers send, most of which is pictures in base64.

A reader goes through each string letter by letter, for what may be escaped in it. Where a text has
no backslash nothing is, and a string is whatever stands between two quotation marks: long ones are
taken out before the rest is read. A picture takes a sixth of the time then.
"""

import json
import math
import re
from typing import Any, NoReturn

_LONG = 4096
"""Characters from which on a string is taken out, if nothing in the text is escaped. A control
character in it, such as a line break, is let through then."""
_MOST_STRINGS = 1000
"""That are looked at: pictures are few, and what is all short strings is read as it stands."""
_MARK = "\x01"
"""How the place of a string begins that was taken out. No other string can: without a backslash
nobody can write this character."""
_WRITTEN_MARK = "\\u0001"
_BLANKS = " \t\n\r"
_NAMES = re.compile(rf"[{_BLANKS}]*:")
"""What follows a string that names a value; such ones stay."""


def read_json(text: str) -> Any:
    """Read JSON with finite numbers alone; raises ValueError and RecursionError.

    Escaped halves of surrogate pairs are JSON and may come through; who stores or echoes text has
    to refuse them.
    """
    long: list[str] = []
    if len(text) > _LONG and "\\" not in text:
        text = _take_out(text, long)
    text = text.removeprefix("\ufeff").strip(_BLANKS)
    content, end = _READER.raw_decode(text)
    if end < len(text):
        raise json.JSONDecodeError("something follows the value", text, end)
    if not long:
        return content
    whole = [content]
    _put_back(whole, long)
    return whole[0]


def _take_out(text: str, long: list[str]) -> str:
    """Move long strings into the list, and return the text with their places marked."""
    parts: list[str] = []
    kept = position = 0
    for _ in range(_MOST_STRINGS):
        begin = text.find('"', position)
        end = text.find('"', begin + 1)
        if begin < 0 or end < 0:
            break
        if end - begin > _LONG and _NAMES.match(text, end + 1) is None:
            parts += text[kept:begin], f'"{_WRITTEN_MARK}{len(long)}"'
            long.append(text[begin + 1 : end])
            kept = end + 1
        position = end + 1
    return "".join((*parts, text[kept:]))


def _put_back(values: dict[str, Any] | list[Any], long: list[str]) -> None:
    places: Any = values.items() if isinstance(values, dict) else enumerate(values)
    for at, value in places:
        if isinstance(value, str):
            if value.startswith(_MARK):
                values[at] = long[int(value[1:])]
        elif isinstance(value, dict | list):
            _put_back(value, long)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is more than a number can be")
    return number


_READER = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite)
