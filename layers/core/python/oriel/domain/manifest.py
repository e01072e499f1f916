"""Manifests: lists of files with their labels, as CSV or as JSON Lines.

A row that cannot be read fails alone; only what makes the rest unreadable fails the import.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

from oriel.domain.errors import InvalidInput
from oriel.domain.meta_data import checked_meta_data
from oriel.values import dataclass

MAX_LINE_BYTES = 64 * 1024
LABEL_SEPARATOR = ";"
COLUMNS = ("file", "labels", "values", "meta_data", "test_image", "real")
_BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


@dataclass(frozen=True, slots=True)
class ManifestRow:
    """One line; `problem` says why it cannot be read, and then nothing else holds."""

    name: str
    labels: Sequence[str] = ()
    values: Mapping[str, float] = field(default_factory=dict)
    meta_data: Mapping[str, Any] = field(default_factory=dict)
    test_image: bool | None = None
    real: bool = True
    problem: str | None = None


class _Unreadable(Exception):
    """What a row holds is not what its column takes."""


def read_csv(data: bytes) -> Iterator[ManifestRow]:
    """Yield the rows below the header; raises InvalidInput."""
    csv.field_size_limit(MAX_LINE_BYTES)
    reader = csv.reader(io.StringIO(_text(data), newline=""), strict=True)
    try:
        columns = _columns(next(reader, []))
        for cells in reader:
            if cells:
                yield _row(f"line {reader.line_num}", lambda: _of_cells(columns, cells))  # noqa: B023 - called at once
    except csv.Error as error:
        raise InvalidInput(
            f"The manifest cannot be read in line {reader.line_num}: {error}"
        ) from None


def read_json_lines(data: bytes) -> Iterator[ManifestRow]:
    """Yield a row a line; raises InvalidInput."""
    for number, line in enumerate(_text(data).split("\n"), start=1):
        if line.strip():
            yield _row(f"line {number}", lambda: _parse(line))  # noqa: B023 - called at once


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput("The manifest is not UTF-8 text") from None


def _columns(header: Sequence[str]) -> Sequence[str]:
    columns = [name.strip().lower() for name in header]
    unknown = [name for name in columns if name not in COLUMNS]
    if "file" not in columns or unknown or len(set(columns)) != len(columns):
        raise InvalidInput(
            f"The first line of the manifest names its columns, of {', '.join(COLUMNS)}, "
            "each at most once; file must be there"
        )
    return columns


def _of_cells(columns: Sequence[str], cells: Sequence[str]) -> Mapping[str, Any]:
    if len(cells) != len(columns):
        raise _Unreadable(f"The line has {len(cells)} cells, the first one has {len(columns)}")
    row: dict[str, Any] = {
        column: cell.strip() for column, cell in zip(columns, cells, strict=True) if cell.strip()
    }
    if "labels" in row:
        row["labels"] = [
            name for name in map(str.strip, row["labels"].split(LABEL_SEPARATOR)) if name
        ]
    for column in ("values", "meta_data"):
        if column in row:
            row[column] = _json(row[column], column)
    for column in ("test_image", "real"):
        if column in row:
            row[column] = _BOOLEANS.get(row[column].lower(), row[column])
    return row


def _parse(line: str) -> Mapping[str, Any]:
    if len(line.encode(errors="replace")) > MAX_LINE_BYTES:
        raise _Unreadable(f"The line is longer than {MAX_LINE_BYTES // 1024} KB")
    row = _json(line, "The line")
    if not isinstance(row, dict):
        raise _Unreadable("The line is no JSON object")
    return {name: value for name, value in row.items() if value is not None}


def _json(text: str, what: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise _Unreadable(f"{what} is not valid JSON") from None


def _refuse(name: str) -> None:
    raise ValueError(name)


def _row(where: str, read: Callable[[], Mapping[str, Any]]) -> ManifestRow:
    try:
        row = read()
    except _Unreadable as problem:
        return ManifestRow(where, problem=str(problem))
    name = row.get("file")
    if not isinstance(name, str) or not name:
        return ManifestRow(where, problem="file is missing")
    try:
        return _checked(name, row)
    except _Unreadable as problem:
        return ManifestRow(name, problem=str(problem))


def _checked(name: str, row: Mapping[str, Any]) -> ManifestRow:
    labels, values = row.get("labels", []), row.get("values", {})
    if not isinstance(labels, list) or not all(isinstance(one, str) for one in labels):
        raise _Unreadable("labels must be a list of ids or names")
    if not isinstance(values, dict) or not all(map(_is_number, values.values())):
        raise _Unreadable("values must be an object of numbers by label id or name")
    for column in ("test_image", "real"):
        if not isinstance(row.get(column, True), bool):
            raise _Unreadable(f"{column} must be true or false")
    return ManifestRow(
        name=name,
        meta_data=_meta_data(row.get("meta_data", {})),
        labels=tuple(dict.fromkeys(labels)),
        values={label: float(value) for label, value in values.items()},
        test_image=row.get("test_image"),
        real=row.get("real", True),
    )


def _meta_data(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _Unreadable("meta_data must be an object")
    try:
        return checked_meta_data(value)
    except ValueError as problem:
        raise _Unreadable(f"meta_data {problem}") from None


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < 1e300  # noqa: PLR2004 - JSON can write numbers that no float holds
