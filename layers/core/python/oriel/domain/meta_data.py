"""What people may note on an image."""

import json
from typing import TypeVar

MAX_META_DATA_BYTES = 4096
"""A page of 500 images must fit into one answer."""

MAX_META_DATA_DEPTH = 32
"""Far below what the readers and writers of JSON take before they give up."""

J = TypeVar("J")


def checked_meta_data(meta_data: J) -> J:
    """Return the meta data, any JSON; raises ValueError saying what it must be."""
    if _depth(meta_data) > MAX_META_DATA_DEPTH:
        raise ValueError(f"must be nested at most {MAX_META_DATA_DEPTH} levels deep")
    if not _writable(meta_data):
        raise ValueError("must hold nothing but Unicode text and finite numbers")
    if len(json.dumps(meta_data)) > MAX_META_DATA_BYTES:
        raise ValueError(f"must take at most {MAX_META_DATA_BYTES} bytes as JSON")
    return meta_data


def _depth(value: object) -> int:
    """Count the levels of objects and lists; does not recurse, as there may be any number."""
    depth, level = 0, [value]
    while level := [one for one in level if isinstance(one, dict | list)]:
        depth += 1
        level = [part for one in level for part in (one.values() if isinstance(one, dict) else one)]
    return depth


def _writable(meta_data: object) -> bool:
    """Tell whether an answer can show it: what is stored and cannot be shown breaks listings."""
    try:
        json.dumps(meta_data, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:
        return False
    return True
