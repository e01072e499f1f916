"""The filters of a listing of images, read from a query."""

import math
import re
from collections.abc import Mapping

from oriel.domain.errors import InvalidInput
from oriel.domain.facets import FacetFilter
from oriel.domain.image_selection import ImageSelection, ValueRange

_VALUE = re.compile(r"label_value_(?P<label>.*)__(?P<end>gte|lte)", re.DOTALL)
_TRUTH = {"true": True, "false": False}
_MOST_VERIFIED = 999_999


def asks_for_objects(query: Mapping[str, str]) -> bool:
    """Tell whether only images with detected objects are asked for."""
    return bool(query.get("detection_labels"))


def selection_of(query: Mapping[str, str]) -> ImageSelection:
    """Read which images are asked for; raises InvalidInput naming the parameter."""
    return ImageSelection(
        label_id=_label(query),
        without_label_id=query.get("not_labels") or None,
        values=_values(query),
        facets=FacetFilter(
            test=_truth(query, "test"),
            real=_truth(query, "real"),
            verified=_verified(query.get("verified", "")),
        ),
    )


def _label(query: Mapping[str, str]) -> str | None:
    named = {query[name] for name in ("labels", "label") if query.get(name)}
    if len(named) > 1:
        raise InvalidInput("label: names another label than labels does; send one of them")
    return named.pop() if named else None


def _truth(query: Mapping[str, str], name: str) -> bool | None:
    text = query.get(name, "")
    if text and text.lower() not in _TRUTH:
        raise InvalidInput(f"{name}: must be True or False")
    return _TRUTH.get(text.lower())


def _verified(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(_MOST_VERIFIED)):
        raise InvalidInput(f"verified: must be a whole number from 0 to {_MOST_VERIFIED}")
    return int(text)


def _values(query: Mapping[str, str]) -> ValueRange | None:
    ends: dict[str, float] = {}
    labels = set()
    for name, text in query.items():
        found = _VALUE.fullmatch(name)
        if found is not None and text:
            labels.add(found["label"])
            ends[found["end"]] = _number(name, text)
    if not labels:
        return None
    if len(labels) > 1:
        raise InvalidInput("label_value: name one label only")
    return ValueRange(labels.pop(), ends.get("gte", -math.inf), ends.get("lte", math.inf))


def _number(name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise InvalidInput(f"{name}: must be a finite number")
    return number
