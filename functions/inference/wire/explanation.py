"""The explanation of an answered record."""

from typing import Any

from oriel.domain.explanation import HeatMap
from oriel.domain.model import Artifact
from oriel.services.classify import Answer

_HEAT_DIGITS = 3
_DIGITS = 6
"""Significant ones of what adds up to an answer."""
_CANNOT = (
    "This version was trained before explanations, or on a backbone that cannot give them; "
    "train the task again"
)


def explanation_of(answer: Answer, artifact: Artifact) -> dict[str, Any]:
    """Write where the answer comes from, or why that cannot be said."""
    if answer.heat_map is None:
        return {"_explain_error": _CANNOT}
    return {"explanation": _heat(answer.heat_map, answer, artifact)}


def _heat(heat_map: HeatMap, answer: Answer, artifact: Artifact) -> dict[str, Any]:
    label, heat = artifact.labels[heat_map.column], heat_map.heat()
    return {
        "label": {"id": label.id, "name": label.name},
        "rows": len(heat),
        "columns": len(heat[0]),
        "box": [0, 0, answer.width, answer.height],
        "heat": [[round(value, _HEAT_DIGITS) for value in row] for row in heat],
        "lowest": _rounded(heat_map.lowest),
        "highest": _rounded(heat_map.highest),
        "base": _rounded(heat_map.base),
    }


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
