"""Definitions of state machines: files with placeholders that the deployment fills."""

import re
from collections.abc import Mapping
from pathlib import Path

PLACEHOLDER = re.compile(r"\$\{(\w+)\}")


class UnfilledDefinition(Exception):
    """The definition and what is put into it do not name the same placeholders."""


def read_definition(path: Path) -> str:
    """A definition, byte for byte."""
    return path.read_text(encoding="utf-8")


def checked(path: Path, values: Mapping[str, str]) -> dict[str, str]:
    """Return the values; raises UnfilledDefinition where the file asks for more or for less."""
    asked = set(PLACEHOLDER.findall(read_definition(path)))
    if asked != values.keys():
        raise UnfilledDefinition(f"{path.parent.name}: {sorted(asked ^ values.keys())}")
    return dict(values)
